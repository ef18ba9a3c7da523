import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { signingKeysCommand } from '../../src/cli/signing-keys.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteSigningKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { RS256, SigningKeys } from '../../src/infrastructure/tokens/signing-keys.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MADE_AT = Date.parse('2026-03-02T09:00:00.000Z');

describe('latchkey signing-keys', () => {
  let folder: string;
  let kid: string;
  let printed: string[];

  beforeEach(async () => {
    folder = temporaryFolder();
    const database = openServiceDatabase(join(folder, 'service.sqlite'));
    const store = new SqliteSigningKeyStore(database);
    const keys = await SigningKeys.open(store, new Sealer(randomBytes(32)), { now: () => MADE_AT });
    ({ kid } = await keys.current());
    database.close();
    printed = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const run = (...args: readonly string[]) =>
    signingKeysCommand().parseAsync([...args, '--data', folder], { from: 'user' });

  it('lists what is published, and nothing of it once it was revoked', async () => {
    await run('list');
    await run('revoke', kid);
    await run('list');
    expect(printed).toStrictEqual([`${kid}  2026-03-02T09:00:00.000Z\n`, `revoked ${kid}\n`]);
  });

  it('lists and revokes those of security events too', async () => {
    const database = openServiceDatabase(join(folder, 'service.sqlite'));
    const store = new SqliteSigningKeyStore(database, 'event_signing_keys');
    const keys = await SigningKeys.open(store, new Sealer(randomBytes(32)), { now: () => MADE_AT }, RS256);
    const ofEvents = (await keys.current()).kid;
    database.close();
    await run('list');
    await run('revoke', ofEvents);
    await run('list');
    const ofTokens = `${kid}  2026-03-02T09:00:00.000Z\n`;
    expect(printed).toStrictEqual([
      ofTokens,
      `${ofEvents}  2026-03-02T09:00:00.000Z  security events\n`,
      `revoked ${ofEvents}\n`,
      ofTokens,
    ]);
  });

  it('revokes one whose name begins with a hyphen, as one in 64 does', async () => {
    const database = openServiceDatabase(join(folder, 'service.sqlite'));
    const store = new SqliteSigningKeyStore(database, 'event_signing_keys');
    await store.add({ kid: '-h9jFPow5l_NT', sealed: new Uint8Array(1), createdAt: MADE_AT }, null);
    database.close();
    await run('revoke', '-h9jFPow5l_NT');
    expect(printed).toStrictEqual(['revoked -h9jFPow5l_NT\n']);
    await expect(run('revoke', '-no-such-key')).rejects.toThrow('there is no signing key -no-such-key');
  });

  it('refuses a key that is none, and a folder that is none', async () => {
    await expect(run('revoke', 'no-such-key')).rejects.toThrow('there is no signing key no-such-key');
    folder = join(folder, 'nowhere');
    await expect(run('list')).rejects.toThrow('is no data folder of Latchkey');
  });
});
