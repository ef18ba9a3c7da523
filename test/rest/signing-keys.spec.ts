import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SignInToken } from '../../src/application/ports/tokens.js';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import type { ServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteSigningKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { JwtTokens } from '../../src/infrastructure/tokens/jwt-tokens.js';
import type { SigningKeyStore } from '../../src/infrastructure/tokens/signing-keys.js';
import { revokeSigningKey, SigningKeys } from '../../src/infrastructure/tokens/signing-keys.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const mpchat = as<RelyingPartySlug>('mpchat');

describe('signing keys', () => {
  const opened: ServiceDatabase[] = [];
  const sealer = new Sealer(randomBytes(32));
  let clock: AdvancingClock;
  let store: SigningKeyStore;
  let keys: SigningKeys;

  beforeEach(async () => {
    clock = new AdvancingClock();
    const database = openServiceDatabase(join(temporaryFolder(), 'service.sqlite'));
    opened.push(database);
    store = new SqliteSigningKeyStore(database);
    keys = await SigningKeys.open(store, sealer, clock);
  });
  afterAll(() => {
    for (const each of opened) each.close();
  });

  const published = async (): Promise<readonly string[]> => (await keys.public()).map(({ kid }) => kid);
  const signing = async (): Promise<string> => (await keys.current()).kid;

  /** As `keys` are when their first one has a successor that doesn't sign yet. */
  async function withSuccessor(): Promise<{ readonly first: string; readonly second: string }> {
    const first = await signing();
    clock.advance(30 * DAY);
    const [second = '', last = ''] = await published();
    expect(last).toBe(first);
    return { first, second };
  }

  it('sign from the first moment, and alone for a month', async () => {
    const first = await signing();
    clock.advance(30 * DAY - 1);
    expect(await signing()).toBe(first);
    expect(await published()).toStrictEqual([first]);
  });

  it('are published for a day before they sign', async () => {
    const { first, second } = await withSuccessor();
    expect(await signing()).toBe(first);
    clock.advance(DAY - 1);
    expect(await signing()).toBe(first);
    clock.advance(1);
    expect(await signing()).toBe(second);
  });

  it('are published until their last token has expired, and destroyed then', async () => {
    const { first, second } = await withSuccessor();
    clock.advance(3 * DAY - MINUTE);
    expect(await published()).toStrictEqual([second, first]);
    clock.advance(MINUTE);
    expect(await published()).toStrictEqual([second]);
    expect((await store.list()).map(({ kid }) => kid)).toStrictEqual([second]);
  });

  it('verify what the one before has signed, over the change', async () => {
    const { second } = await withSuccessor();
    clock.advance(DAY - 1);
    const tokens = new JwtTokens(keys, 'https://passkeys.example');
    const before = signedInAt(clock.now());
    const token = await tokens.issue(before);
    clock.advance(HOUR / 2);
    expect(await signing()).toBe(second);
    expect(await tokens.verify(token, mpchat, clock.now())).toStrictEqual(before);
  });

  it('are the same to a service that starts in between', async () => {
    const { first, second } = await withSuccessor();
    const reopened = await SigningKeys.open(store, sealer, clock);
    expect((await reopened.current()).kid).toBe(first);
    expect((await reopened.public()).map(({ kid }) => kid)).toStrictEqual([second, first]);
  });

  it('that were revoked neither sign nor verify a minute later', async () => {
    const first = await signing();
    expect(await revokeSigningKey(store, 'no-such-key')).toBe(false);
    expect(await revokeSigningKey(store, first)).toBe(true);
    clock.advance(MINUTE);
    expect(await keys.find(first)).toBeUndefined();
    expect(await published()).toStrictEqual([await signing()]);
    expect(await signing()).not.toBe(first);
  });

  it('sign early where the one before them was revoked', async () => {
    const { first, second } = await withSuccessor();
    await revokeSigningKey(store, first);
    clock.advance(MINUTE);
    expect(await signing()).toBe(second);
  });
});

function signedInAt(authenticatedAt: number): SignInToken {
  return {
    kind: 'sign-in',
    rp: mpchat,
    accountId: as('ada@example.com'),
    sessionId: as('session-1'),
    securityEpoch: 0,
    methods: ['passkey'],
    passkeyId: as('passkey-1'),
    deviceId: null,
    authenticatedAt: Math.floor(authenticatedAt / 1000) * 1000,
    expiresAt: Math.floor(authenticatedAt / 1000) * 1000 + HOUR,
  };
}
