import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { PostgresKeyring } from '../../src/infrastructure/keys/postgres-keyring.js';
import { as, type SubjectId } from '../../src/domain/kernel/ids.js';
import { keyringContract } from '../contract/keyring.contract.js';
import { masterKeyContract } from '../contract/master-key.contract.js';
import { freshPostgres } from '../support/postgres-server.js';

const KEYS = new MasterKey(Buffer.alloc(32, 7));
const ALICE = as<SubjectId>('alice-subject');
const open = (address: string, keys = KEYS) => PostgresKeyring.open({ address, name: 'keyring spec' }, keys);

describe('PostgresKeyring', () => {
  keyringContract(async () => {
    const address = await freshPostgres();
    const opened: PostgresKeyring[] = [];
    const another = async () => {
      const keyring = await open(address);
      opened.push(keyring);
      return keyring;
    };
    return {
      keyring: await another(),
      another,
      close: async () => {
        for (const keyring of opened) await keyring.close();
      },
    };
  });

  masterKeyContract(async () => {
    const address = await freshPostgres();
    const opened: PostgresKeyring[] = [];
    return {
      open: async (master) => {
        const keyring = await open(address, master);
        opened.push(keyring);
        return keyring;
      },
      putRootKey: async (record) => {
        const client = new pg.Client({ connectionString: address });
        await client.connect();
        await client.query('update keys.master_key_check set sealed = $1', [record]);
        await client.end();
      },
      close: async () => {
        for (const keyring of opened) await keyring.close();
      },
    };
  });

  it('forgets within its cache lifetime a key that another process destroyed', async () => {
    const address = await freshPostgres();
    const [one, other] = [
      await PostgresKeyring.open({ address, name: 'one', cacheLifetime: 1 }, KEYS),
      await open(address),
    ];
    await one.obtain(ALICE);
    await other.destroy(ALICE);
    while (one.cached(ALICE) !== undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(await one.find(ALICE)).toBeUndefined();
    await one.close();
    await other.close();
  });
});
