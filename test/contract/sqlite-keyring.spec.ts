import { join } from 'node:path';
import { describe } from '@jest/globals';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { keyringContract } from './keyring.contract.js';

describe('SqliteKeyring', () => {
  keyringContract(() => {
    const folder = temporaryFolder();
    const keys = new KeyMaterial(Buffer.alloc(32, 7));
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
});
