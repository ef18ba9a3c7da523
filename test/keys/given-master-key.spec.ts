import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  loadOrCreateMasterKey,
  parseMasterKey,
  UnusableMasterKey,
} from '../../src/infrastructure/keys/given-master-key.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a configured master key', () => {
  it('is 32 bytes in base64, with or without a line break at its end', () => {
    const key = Buffer.alloc(32, 0xfb);
    expect(parseMasterKey(key.toString('base64'), 'the setting')).toStrictEqual(key);
    expect(parseMasterKey(`${key.toString('base64')}\n`, 'the setting')).toStrictEqual(key);
  });

  it.each([
    ['nothing', '', 'is 0 bytes long, not 32'],
    ['a key too short', Buffer.alloc(31, 1).toString('base64'), 'is 31 bytes long, not 32'],
    ['a key too long', Buffer.alloc(33, 1).toString('base64'), 'is 33 bytes long, not 32'],
    ['hexadecimal digits', Buffer.alloc(32, 1).toString('hex'), 'is 48 bytes long, not 32'],
    ['the other alphabet of base64', Buffer.alloc(32, 0xfb).toString('base64url'), 'is not base64'],
    ['a passphrase', 'correct horse battery staple', 'is not base64'],
    ['a key with a character lost', Buffer.alloc(32, 1).toString('base64').slice(1), 'is not base64'],
  ])('is refused when it is %s', (_, text, why) => {
    expect(() => parseMasterKey(text, 'LATCHKEY_MASTER_KEY')).toThrow(
      new UnusableMasterKey('LATCHKEY_MASTER_KEY', why),
    );
  });
});

describe('the master key of a data folder', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, 'data', 'master.key');
  });

  it('is made at first start, for its owner only, and found at every later one', () => {
    const made = loadOrCreateMasterKey(file);

    expect(made.byteLength).toBe(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${made.toString('base64')}\n`);
    expect(loadOrCreateMasterKey(file)).toStrictEqual(made);
  });

  it('is another one in every folder', () => {
    expect(loadOrCreateMasterKey(file)).not.toStrictEqual(loadOrCreateMasterKey(join(folder, 'other.key')));
  });

  it('is refused when other users could have read it', () => {
    loadOrCreateMasterKey(file);
    for (const mode of [0o640, 0o604, 0o666]) {
      chmodSync(file, mode);
      expect(() => loadOrCreateMasterKey(file)).toThrow(
        `the master key in ${file} can be read by other users of this machine: set its mode to 0600`,
      );
    }
  });

  it('is never written over, damaged as it may be', () => {
    loadOrCreateMasterKey(file);
    writeFileSync(file, 'half a ke');

    expect(() => loadOrCreateMasterKey(file)).toThrow(UnusableMasterKey);
    expect(readFileSync(file, 'utf8')).toBe('half a ke');
  });
});
