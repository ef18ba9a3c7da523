import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { parseMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILL_AT = pathToFileURL(resolve('test/support/kill-at.mjs')).href;
const ACCOUNT = '/v1/moomoo/accounts/ada';
const run = promisify(execFile);

const openedBy = (folder: string, text: string): boolean => {
  try {
    const key = new MasterKey(parseMasterKey(text, 'the test'));
    new SqliteKeyring(join(folder, FILES.keys), key).close();
    return true;
  } catch (failure) {
    expect(failure).toMatchObject({ name: 'WrongMasterKey' });
    return false;
  }
};

describe('a change of the master key that the process doesn’t live to finish', () => {
  it.each([
    ['before-change', true],
    ['after-change', false],
  ])(
    'leaves the one or the other, and is finished by the next one, killed %s',
    async (point, former) => {
      const folder = temporaryFolder();
      const service = new KillableService(folder, await freePort());
      await service.start();
      const enrolled = await service.post('PUT', ACCOUNT, 'enrol', { displayName: 'Ada' });
      expect(enrolled?.status).toBe(201);
      expect(await service.terminate()).toBe(0);
      const present = readFileSync(join(folder, FILES.masterKey), 'utf8');
      const next = randomBytes(32).toString('base64');
      const change = (further: Readonly<Record<string, string>> = {}) =>
        run(process.execPath, ['bin/latchkey.js', 'master-key', 'change', '--data', folder], {
          env: { ...process.env, LATCHKEY_NEW_MASTER_KEY: next, ...further },
        });

      await expect(change({ NODE_OPTIONS: `--import=${KILL_AT}`, KILL_AT: point })).rejects.toMatchObject({
        signal: 'SIGKILL',
      });
      expect([openedBy(folder, present), openedBy(folder, next)]).toStrictEqual([former, !former]);
      await change();
      expect([openedBy(folder, present), openedBy(folder, next)]).toStrictEqual([false, true]);

      await service.start();
      expect(await service.get(ACCOUNT)).toMatchObject({ displayName: 'Ada' });
      await service.kill();
    },
    60_000,
  );
});
