import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportKeysCommand, importKeysCommand } from '../../src/cli/account-keys.js';
import { freshPostgres } from '../support/postgres-server.js';
import { Person } from '../support/journeys.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('latchkey export-keys, import-keys', () => {
  let data: string;
  let file: string;
  let printed: string[];

  beforeEach(() => {
    data = temporaryFolder();
    file = join(temporaryFolder(), 'keys.ndjson');
    printed = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    delete process.env['LATCHKEY_MASTER_KEY'];
    delete process.env['LATCHKEY_KEYS_POSTGRES_URL'];
  });

  const exported = () => exportKeysCommand().parseAsync(['--out', file, '--data', data], { from: 'user' });
  const imported = (...options: readonly string[]) =>
    importKeysCommand().parseAsync(['--in', file, '--data', data, ...options], { from: 'user' });

  it('refuse while the service runs, and carry its keys over when it has stopped', async () => {
    const server = await runServer({ settings: { dataFolder: data } });
    await new Person(server, 'mpchat').enrol();
    await expect(exported()).rejects.toThrow('in use by another process');
    expect(existsSync(file)).toBe(false);
    await server.close();
    await exported();
    await expect(imported()).rejects.toThrow('say where to: --to, LATCHKEY_KEYS_POSTGRES_URL');
    process.env['LATCHKEY_KEYS_POSTGRES_URL'] = await freshPostgres();
    await imported();
    expect(printed).toStrictEqual([
      `1 keys are in ${file}, 0 of them destroyed\n`,
      '1 keys are in the key store, 0 of them destroyed, and every one was read back\n',
    ]);
  });

  it('refuse another master key than the folder’s', async () => {
    const server = await runServer({ settings: { dataFolder: data } });
    await new Person(server, 'mpchat').enrol();
    await server.close();
    await exported();
    process.env['LATCHKEY_MASTER_KEY'] = randomBytes(32).toString('base64');
    await expect(imported('--to', await freshPostgres())).rejects.toThrow('holds keys of another master key');
    file = join(temporaryFolder(), 'others.ndjson');
    await expect(exported()).rejects.toThrow('was made with another master key');
    expect(existsSync(file)).toBe(false);
  });
});
