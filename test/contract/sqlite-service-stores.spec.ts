import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ServiceStores } from '../../src/infrastructure/service/service-stores.js';
import { openCheckpointDatabase } from '../../src/infrastructure/service/sqlite/checkpoint-database.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteApiKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-api-key-store.js';
import { SqliteCheckpointStore } from '../../src/infrastructure/service/sqlite/sqlite-checkpoint-store.js';
import { SqliteEnvironmentStore } from '../../src/infrastructure/service/sqlite/sqlite-environment-store.js';
import { SqliteGoneReceiverStore } from '../../src/infrastructure/service/sqlite/sqlite-gone-receiver-store.js';
import { SqliteSigningKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { serviceStoresContract } from './service-stores.contract.js';

describe('SQLite', () => {
  it('has a place for keys of security events, and for receivers, also in a file of a release that had none', async () => {
    const file = join(temporaryFolder(), 'service.sqlite');
    const earlier = openServiceDatabase(file);
    earlier.exec('drop table event_signing_keys; drop table gone_receivers');
    earlier.close();
    const database = openServiceDatabase(file);
    expect(await new SqliteSigningKeyStore(database, 'event_signing_keys').list()).toStrictEqual([]);
    expect(await new SqliteGoneReceiverStore(database).list()).toStrictEqual([]);
    database.close();
  });

  serviceStoresContract(() => {
    const folder = temporaryFolder();
    const closings: (() => void)[] = [];
    const open = (): ServiceStores => {
      const service = openServiceDatabase(join(folder, 'service.sqlite'));
      const checkpoints = openCheckpointDatabase(join(folder, 'checkpoints.sqlite'));
      closings.push(
        () => service.close(),
        () => checkpoints.close(),
      );
      return {
        environment: new SqliteEnvironmentStore(service),
        apiKeys: new SqliteApiKeyStore(service),
        signingKeys: new SqliteSigningKeyStore(service),
        eventSigningKeys: new SqliteSigningKeyStore(service, 'event_signing_keys'),
        checkpoints: new SqliteCheckpointStore(checkpoints),
        goneReceivers: new SqliteGoneReceiverStore(service),
      };
    };
    return Promise.resolve({
      stores: open(),
      another: () => Promise.resolve(open()),
      bytes: () =>
        Promise.resolve(Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))))),
      close: () => {
        for (const close of closings) close();
        return Promise.resolve();
      },
    });
  });
});
