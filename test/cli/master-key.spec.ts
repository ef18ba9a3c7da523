import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { masterKeyCommand } from '../../src/cli/master-key.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { acquireFolderLock } from '../../src/infrastructure/sqlite/folder-lock.js';
import { changeMasterKey } from '../support/changed-master-key.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHANGED = 'the master key is changed: start every process with the new one from now on\n';
const UNCHANGED = 'it is the master key already: nothing was changed\n';
const some = (): string => randomBytes(32).toString('base64');
const keyOf = (text: string): MasterKey => new MasterKey(Buffer.from(text, 'base64'));

describe('latchkey master-key change', () => {
  let folder: string;
  let former: string;
  let next: string;
  let rootKey: Buffer;

  const opened = (text: string): Buffer => {
    const keyring = new SqliteKeyring(join(folder, FILES.keys), keyOf(text));
    const key = keyring.keys.derive('of this test');
    keyring.close();
    return key;
  };
  const masterKeyFile = (): string => join(folder, FILES.masterKey);

  beforeEach(() => {
    folder = temporaryFolder();
    [former, next] = [some(), some()];
    rootKey = opened(former);
  });

  afterEach(() => {
    for (const name of ['LATCHKEY_MASTER_KEY_FILE', 'LATCHKEY_NEW_MASTER_KEY_FILE'])
      Reflect.deleteProperty(process.env, name);
  });

  it('has the new one open what the former one opened, which opens nothing more', async () => {
    expect(await changeMasterKey(folder, { from: former, to: next })).toBe(CHANGED);
    expect(opened(next)).toStrictEqual(rootKey);
    expect(() => opened(former)).toThrow('or has been given another one since');
    expect(existsSync(masterKeyFile())).toBe(false);
  });

  it('reads both from files as well', async () => {
    for (const [name, key] of [
      ['LATCHKEY_MASTER_KEY_FILE', former],
      ['LATCHKEY_NEW_MASTER_KEY_FILE', next],
    ] as const) {
      process.env[name] = join(temporaryFolder(), 'key');
      writeFileSync(process.env[name], `${key}\n`);
    }
    await masterKeyCommand().parseAsync(['change', '--data', folder], { from: 'user' });
    expect(opened(next)).toStrictEqual(rootKey);
  });

  it('may be repeated, for one that was broken off may have been done', async () => {
    await changeMasterKey(folder, { from: former, to: next });
    expect(await changeMasterKey(folder, { from: former, to: next })).toBe(UNCHANGED);
    expect(await changeMasterKey(folder, { from: next, to: next })).toBe(UNCHANGED);
    expect(opened(next)).toStrictEqual(rootKey);
  });

  it('refuses a wrong one, a missing one and one that is none, and changes nothing', async () => {
    const before = readFileSync(join(folder, FILES.keys));
    await expect(changeMasterKey(folder, { from: some(), to: next })).rejects.toMatchObject({
      name: 'WrongMasterKey',
    });
    await expect(changeMasterKey(folder, { from: former, to: '' })).rejects.toThrow(
      'give the new master key in LATCHKEY_NEW_MASTER_KEY',
    );
    await expect(changeMasterKey(folder, { from: former, to: 'c2hvcnQ=' })).rejects.toThrow(
      'the master key in LATCHKEY_NEW_MASTER_KEY is 5 bytes long, not 32',
    );
    expect(readFileSync(join(folder, FILES.keys))).toStrictEqual(before);
    expect(opened(former)).toStrictEqual(rootKey);
  });

  it('refuses a folder that a service has, and one that is none', async () => {
    const lock = acquireFolderLock(folder);
    await expect(changeMasterKey(folder, { from: former, to: next })).rejects.toThrow(
      'in use by another process',
    );
    lock.release();
    expect(opened(former)).toStrictEqual(rootKey);
    folder = join(folder, 'nowhere');
    await expect(changeMasterKey(folder, { from: former, to: next })).rejects.toThrow(
      'is no data folder of Latchkey',
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('takes no key from the command line, which others can read', async () => {
    const command = masterKeyCommand().exitOverride();
    for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(
      command.parseAsync(['change', '--data', folder, next], { from: 'user' }),
    ).rejects.toMatchObject({ code: 'commander.excessArguments' });
  });

  describe('where development keeps the key in the folder', () => {
    beforeEach(() => writeFileSync(masterKeyFile(), `${former}\n`, { mode: 0o600 }));

    it('puts the new one there, for its owner only', async () => {
      expect(await changeMasterKey(folder, { to: next })).toBe(CHANGED);
      expect(readFileSync(masterKeyFile(), 'utf8')).toBe(`${next}\n`);
      expect(statSync(masterKeyFile()).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder).filter((name) => name.includes('next'))).toStrictEqual([]);
      expect(opened(next)).toStrictEqual(rootKey);
    });

    it('does so when it is repeated after a crash in between', async () => {
      const keyring = new SqliteKeyring(join(folder, FILES.keys), keyOf(former));
      await keyring.changeMasterKey(keyOf(next));
      keyring.close();
      writeFileSync(`${masterKeyFile()}.next`, 'half a ke');
      expect(await changeMasterKey(folder, { to: next })).toBe(UNCHANGED);
      expect(readFileSync(masterKeyFile(), 'utf8')).toBe(`${next}\n`);
    });

    it('leaves it alone where it could not change the key', async () => {
      rmSync(masterKeyFile());
      const wrong = some();
      writeFileSync(masterKeyFile(), `${wrong}\n`, { mode: 0o600 });
      await expect(changeMasterKey(folder, { to: next })).rejects.toMatchObject({ name: 'WrongMasterKey' });
      expect(readFileSync(masterKeyFile(), 'utf8')).toBe(`${wrong}\n`);
    });
  });
});
