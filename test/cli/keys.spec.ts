import { hash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { keysCommand } from '../../src/cli/keys.js';
import { withServiceStores } from '../../src/cli/service-stores.js';
import { signingKeysCommand } from '../../src/cli/signing-keys.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { freshPostgres } from '../support/postgres-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CLUSTER = {
  LATCHKEY_TIER: 'cluster',
  // Nothing of these commands is asked of it.
  LATCHKEY_REDIS_URL: 'redis://127.0.0.1:1',
};

/** Where keys are: what the environment says, and where the folder is. */
const PLACES = {
  'a data folder': () => Promise.resolve({ variables: {}, folder: join(temporaryFolder(), 'new') }),
  'a cluster': async () => ({
    variables: { ...CLUSTER, LATCHKEY_POSTGRES_URL: await freshPostgres() },
    folder: '/nowhere',
  }),
};

describe.each(Object.entries(PLACES))('latchkey keys of %s', (_, place) => {
  const before = process.env;
  let folder: string;
  let printed: string[];
  let complained: string[];

  beforeEach(async () => {
    const chosen = await place();
    folder = chosen.folder;
    process.env = { ...before, ...chosen.variables };
    printed = [];
    complained = [];
    const into = (lines: string[]) => (text: unknown) => lines.push(String(text)) > 0;
    jest.spyOn(process.stdout, 'write').mockImplementation(into(printed));
    jest.spyOn(process.stderr, 'write').mockImplementation(into(complained));
  });
  afterEach(() => {
    process.env = before;
    jest.restoreAllMocks();
  });

  const run = (...args: readonly string[]) =>
    keysCommand().parseAsync([...args, '--data', folder], { from: 'user' });
  const create = (...args: readonly string[]) => run('create', '--rp', 'mpchat', '--scopes', ...args);

  it('are made before the first start, with the secret alone on standard output', async () => {
    await create('audit,accounts', '--label', 'an auditor');
    expect(printed).toStrictEqual([expect.stringMatching(/^lk_[\w-]{43}\n$/u)]);
    expect(complained).toStrictEqual([
      expect.stringMatching(/^key [\w-]{12} for mpchat: accounts, audit\n$/u),
    ]);
  });

  it('are listed without their secrets, and no more once they were revoked', async () => {
    await create('audit', '--label', 'an auditor');
    const [secret = ''] = printed.splice(0);
    const keyId = /^key (\S+)/u.exec(complained[0] ?? '')?.[1] ?? '';
    await run('list');
    await run('revoke', keyId);
    await run('list');
    expect(printed).toStrictEqual([
      expect.stringMatching(/^[\w-]{12} {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}mpchat {2}audit {2}an auditor\n$/u),
      `revoked ${keyId}\n`,
    ]);
    expect(printed.join('')).not.toContain(secret.trim());
    await expect(run('revoke', keyId)).rejects.toThrow(`there is no key ${keyId}`);
  });

  it('are revoked though their name begins with a hyphen', async () => {
    let secret: string;
    do secret = randomBytes(32).toString('base64url');
    while (!hash('sha256', secret, 'base64url').startsWith('-'));
    const file = (): string => {
      mkdirSync(folder, { recursive: true });
      return join(folder, 'service.sqlite');
    };
    let keyId = '';
    await withServiceStores(file, async ({ apiKeys }) => {
      keyId = await new ApiKeys(apiKeys).accept(secret, 'mpchat', ['audit'], '', Date.now());
    });
    await run('revoke', keyId);
    await run('list');
    expect(printed).toStrictEqual([`revoked ${keyId}\n`]);
  });

  it('are made of no scope and for no product that there can’t be', async () => {
    await expect(create('audit,everything')).rejects.toThrow('no such scope: everything');
    await expect(run('create', '--rp', 'MPChat', '--scopes', 'audit')).rejects.toThrow('MPChat is not');
    expect(printed).toStrictEqual([]);
  });

  it('are beside the keys that tokens are signed with, of which there are none before the first start', async () => {
    await create('audit');
    printed.splice(0);
    const signing = (...args: readonly string[]) =>
      signingKeysCommand().parseAsync([...args, '--data', folder], { from: 'user' });
    await signing('list');
    expect(printed).toStrictEqual([]);
    await expect(signing('revoke', 'no-such-key')).rejects.toThrow('there is no signing key no-such-key');
  });
});
