import { describe, expect, it } from '@jest/globals';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';
import { PostgresKeyring } from '../../src/infrastructure/keys/postgres-keyring.js';
import { as, type SubjectId } from '../../src/domain/kernel/ids.js';
import { keyringContract } from '../contract/keyring.contract.js';
import { freshPostgres } from '../support/postgres-server.js';

const KEYS = new KeyMaterial(Buffer.alloc(32, 7));
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

  it('refuses to start with another master key, whether a key was made or not', async () => {
    const address = await freshPostgres();
    const other = new KeyMaterial(Buffer.alloc(32, 8));
    const keyring = await open(address);
    await expect(open(address, other)).rejects.toMatchObject({ name: 'WrongMasterKey' });
    await keyring.obtain(ALICE);
    await expect(open(address, other)).rejects.toMatchObject({ name: 'WrongMasterKey' });
    await keyring.close();
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
