import { Opened } from '../infrastructure/opened.js';
import type { ServiceStores } from '../infrastructure/service/service-stores.js';
import { SqliteApiKeyStore } from '../infrastructure/service/sqlite/sqlite-api-key-store.js';
import type { ServiceDatabase } from '../infrastructure/service/sqlite/service-database.js';
import { openServiceDatabase } from '../infrastructure/service/sqlite/service-database.js';
import { SqliteSigningKeyStore } from '../infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { clusterStores } from './cluster.js';

type Keys = Pick<ServiceStores, 'apiKeys' | 'signingKeys' | 'eventSigningKeys'>;

/** Works on the keys of the service: of the cluster that the environment names, else of a folder. @param file gives its path */
export async function withServiceKeys(
  file: () => string,
  work: (keys: Keys) => Promise<void>,
): Promise<void> {
  const opened = new Opened();
  const cluster = clusterStores();
  try {
    await work(
      cluster === null
        ? ofFile(opened.closing(openServiceDatabase(file())))
        : opened.closing(await cluster.service()),
    );
  } finally {
    await opened.close();
  }
}

function ofFile(database: ServiceDatabase): Keys {
  return {
    apiKeys: new SqliteApiKeyStore(database),
    signingKeys: new SqliteSigningKeyStore(database),
    eventSigningKeys: new SqliteSigningKeyStore(database, 'event_signing_keys'),
  };
}
