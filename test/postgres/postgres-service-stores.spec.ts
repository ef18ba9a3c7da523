import { describe, expect, it } from '@jest/globals';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { openPostgresServiceStores } from '../../src/infrastructure/service/postgres/open-postgres-service-stores.js';
import { serviceStoresContract } from '../contract/service-stores.contract.js';
import { freshPostgres, PostgresServer } from '../support/postgres-server.js';

const TABLES = [
  'api_keys',
  'signing_keys',
  'event_signing_keys',
  'log_keys',
  'checkpoints',
  'facts',
  'gone_receivers',
];

describe('PostgreSQL', () => {
  serviceStoresContract(async () => {
    const address = await freshPostgres();
    const databases: PostgresDatabase[] = [];
    const connect = () => {
      const database = new PostgresDatabase({ address, name: 'service stores spec', maxConnections: 2 });
      databases.push(database);
      return database;
    };
    const first = connect();
    return {
      stores: await openPostgresServiceStores(first),
      another: () => openPostgresServiceStores(connect()),
      bytes: async () => {
        const values: Buffer[] = [];
        for (const table of TABLES) {
          const rows = await first.repeatable<object>({ text: `select * from service.${table}` });
          for (const value of rows.flatMap((row) => Object.values(row) as unknown[])) {
            values.push(Buffer.isBuffer(value) ? value : Buffer.from(String(value)));
          }
        }
        return Buffer.concat(values);
      },
      close: async () => {
        for (const database of databases) await database.close();
      },
    };
  });

  it('lays its tables out once, where several processes start together', async () => {
    const address = await freshPostgres();
    const databases = Array.from({ length: 4 }, () => new PostgresDatabase({ address, name: 'start spec' }));
    const stores = await Promise.all(databases.map(openPostgresServiceStores));
    const made = await new ApiKeys(stores[0]?.apiKeys ?? never()).create('mpchat', ['audit'], '', 1);
    expect(await new ApiKeys(stores[3]?.apiKeys ?? never()).find(made.secret)).toBeDefined();
    for (const database of databases) await database.close();
  });

  it('asks again for a key that the server could not be asked for', async () => {
    const server = await PostgresServer.start({ fsync: 'off' });
    const database = new PostgresDatabase({
      address: server.url(await server.database()),
      name: 'outage spec',
      patience: 1,
    });
    const stores = await openPostgresServiceStores(database);
    const keys = new ApiKeys(stores.apiKeys);
    const { secret } = await keys.create('mpchat', ['audit'], '', 1);
    await server.stop();
    await expect(keys.find(secret)).rejects.toMatchObject({ name: 'PostgresFailure', kind: 'lost' });
    await server.start();
    expect(await keys.find(secret)).toBeDefined();
    await database.close();
    await server.stop();
  });
});

function never(): never {
  throw new Error('no store was opened');
}
