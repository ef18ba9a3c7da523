import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SignInToken } from '../../src/application/ports/tokens.js';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import type { ServiceDatabase } from '../../src/infrastructure/service/service-database.js';
import { openServiceDatabase } from '../../src/infrastructure/service/service-database.js';
import { JwtTokens } from '../../src/infrastructure/tokens/jwt-tokens.js';
import {
  listSigningKeys,
  revokeSigningKey,
  SigningKeys,
} from '../../src/infrastructure/tokens/signing-keys.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const mpchat = as<RelyingPartySlug>('mpchat');

describe('signing keys', () => {
  const opened: ServiceDatabase[] = [];
  const sealer = new Sealer(randomBytes(32));
  let clock: AdvancingClock;
  let database: ServiceDatabase;
  let keys: SigningKeys;

  beforeEach(() => {
    clock = new AdvancingClock();
    database = openServiceDatabase(join(temporaryFolder(), 'service.sqlite'));
    opened.push(database);
    keys = SigningKeys.open(database, sealer, clock);
  });
  afterAll(() => {
    for (const each of opened) each.close();
  });

  const published = (): readonly string[] => keys.public().map(({ kid }) => kid);

  /** As `keys` are when their first one has a successor that doesn't sign yet. */
  function withSuccessor(): { readonly first: string; readonly second: string } {
    const first = keys.current.kid;
    clock.advance(30 * DAY);
    const [second = '', last = ''] = published();
    expect(last).toBe(first);
    return { first, second };
  }

  it('sign from the first moment, and alone for a month', () => {
    const first = keys.current.kid;
    clock.advance(30 * DAY - 1);
    expect(keys.current.kid).toBe(first);
    expect(published()).toStrictEqual([first]);
  });

  it('are published for a day before they sign', () => {
    const { first, second } = withSuccessor();
    expect(keys.current.kid).toBe(first);
    clock.advance(DAY - 1);
    expect(keys.current.kid).toBe(first);
    clock.advance(1);
    expect(keys.current.kid).toBe(second);
  });

  it('are published until their last token has expired, and destroyed then', () => {
    const { first, second } = withSuccessor();
    clock.advance(3 * DAY - MINUTE);
    expect(published()).toStrictEqual([second, first]);
    clock.advance(MINUTE);
    expect(published()).toStrictEqual([second]);
    expect(listSigningKeys(database)).toStrictEqual([{ kid: second, createdAt: clock.now() - 3 * DAY }]);
  });

  it('verify what the one before has signed, over the change', async () => {
    const { second } = withSuccessor();
    clock.advance(DAY - 1);
    const tokens = new JwtTokens(keys, 'https://passkeys.example');
    const before = signedInAt(clock.now());
    const token = tokens.issue(before);
    clock.advance(HOUR / 2);
    expect(keys.current.kid).toBe(second);
    expect(await tokens.verify(token, mpchat, clock.now())).toStrictEqual(before);
  });

  it('are the same to a service that starts in between', () => {
    const { first, second } = withSuccessor();
    const reopened = SigningKeys.open(database, sealer, clock);
    expect(reopened.current.kid).toBe(first);
    expect(reopened.public().map(({ kid }) => kid)).toStrictEqual([second, first]);
  });

  it('that were revoked neither sign nor verify a minute later', () => {
    const first = keys.current.kid;
    expect(revokeSigningKey(database, 'no-such-key')).toBe(false);
    expect(revokeSigningKey(database, first)).toBe(true);
    clock.advance(MINUTE);
    expect(keys.find(first)).toBeUndefined();
    expect(published()).toStrictEqual([keys.current.kid]);
    expect(keys.current.kid).not.toBe(first);
  });

  it('sign early where the one before them was revoked', () => {
    const { first, second } = withSuccessor();
    revokeSigningKey(database, first);
    clock.advance(MINUTE);
    expect(keys.current.kid).toBe(second);
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
