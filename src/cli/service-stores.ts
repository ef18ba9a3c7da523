import { Opened } from '../infrastructure/opened.js';
import type { ServiceStores } from '../infrastructure/service/service-stores.js';
import { SqliteApiKeyStore } from '../infrastructure/service/sqlite/sqlite-api-key-store.js';
import type { ServiceDatabase } from '../infrastructure/service/sqlite/service-database.js';
import { openServiceDatabase } from '../infrastructure/service/sqlite/service-database.js';
import { SqliteGoneReceiverStore } from '../infrastructure/service/sqlite/sqlite-gone-receiver-store.js';
import { SqliteSigningKeyStore } from '../infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { clusterStores } from './cluster.js';

type Own = Pick<ServiceStores, 'apiKeys' | 'signingKeys' | 'eventSigningKeys' | 'goneReceivers'>;

/** Works on what the service itself owns: of the cluster that the environment names, else of a folder. @param file gives its path */
export async function withServiceStores(
  file: () => string,
  work: (own: Own) => Promise<void>,
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

function ofFile(database: ServiceDatabase): Own {
  return {
    apiKeys: new SqliteApiKeyStore(database),
    signingKeys: new SqliteSigningKeyStore(database),
    eventSigningKeys: new SqliteSigningKeyStore(database, 'event_signing_keys'),
    goneReceivers: new SqliteGoneReceiverStore(database),
  };
}
