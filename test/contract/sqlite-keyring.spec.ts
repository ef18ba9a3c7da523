import { join } from 'node:path';
import { describe } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keyringContract } from './keyring.contract.js';
import { masterKeyContract } from './master-key.contract.js';

describe('SqliteKeyring', () => {
  keyringContract(() => {
    const folder = temporaryFolder();
    const keys = new MasterKey(Buffer.alloc(32, 7));
    const opened: SqliteKeyring[] = [];
    const open = (): SqliteKeyring => {
      const keyring = new SqliteKeyring(join(folder, 'keyring.sqlite'), keys);
      opened.push(keyring);
      return keyring;
    };
    return Promise.resolve({
      keyring: open(),
      another: () => Promise.resolve(open()),
      close: () => {
        for (const keyring of opened) keyring.close();
        return Promise.resolve();
      },
    });
  });

  masterKeyContract(() => {
    const file = join(temporaryFolder(), 'keyring.sqlite');
    const opened: SqliteKeyring[] = [];
    return Promise.resolve({
      open: (master) =>
        new Promise((resolve) => {
          const keyring = new SqliteKeyring(file, master);
          opened.push(keyring);
          resolve(keyring);
        }),
      putRootKey: (record) =>
        new Promise((resolve) => {
          const database = new DatabaseSync(file);
          database.prepare('UPDATE master_key_check SET sealed = ?').run(record);
          database.close();
          resolve();
        }),
      close: () => {
        for (const keyring of opened) keyring.close();
        return Promise.resolve();
      },
    });
  });
});
