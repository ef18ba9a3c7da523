import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Ceremony } from '../../src/application/ports/webauthn.js';
import { as, type CeremonyId, type RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import { SealedCeremonies } from '../../src/infrastructure/webauthn/sealed-ceremonies.js';
import { USER_HANDLE } from '../support/software-authenticator-fixtures.js';

const RP = as<RelyingPartySlug>('mpchat');
const OTHER_RP = as<RelyingPartySlug>('moomoo');
const ceremonies = new SealedCeremonies(new Sealer(randomBytes(32)));

const shared = { rp: RP, challenge: ceremonies.newChallenge(), expiresAt: 1_760_000_300_000 };

const REGISTRATION: Ceremony = {
  ...shared,
  kind: 'registration',
  subject: as('subject-1'),
  userHandle: USER_HANDLE,
  algorithms: [-8, -7, -257],
  proof: { kind: 'grant', grantHash: as('grant-hash') },
  vouchedBy: as('step-up-0'),
  entryPoint: 'security-center',
  storage: 'this-device',
  device: { platform: 'ios', osVersion: '17.5', biometrics: ['face'] },
  securityEpoch: 3,
};

const SIGN_IN: Ceremony = {
  ...shared,
  kind: 'sign-in',
  accountRef: 'account-hmac',
  identifierRef: null,
  device: null,
  deviceTokenHash: null,
};

const STEP_UP: Ceremony = {
  ...shared,
  kind: 'step-up',
  subject: as('subject-1'),
  stepUpId: as('step-up-1'),
  securityEpoch: 3,
};

describe('a sealed ceremony', () => {
  it.each([REGISTRATION, SIGN_IN, STEP_UP])('of kind $kind is read as it was opened', (ceremony) => {
    const id = ceremonies.open(ceremony);
    expect(ceremonies.read(id, RP, ceremony.kind)).toStrictEqual(ceremony);
    expect(ceremonies.readAny(id, RP)).toStrictEqual(ceremony);
  });

  it('keeps to itself what it holds', () => {
    const text = Buffer.from(ceremonies.open(SIGN_IN), 'base64url').toString('latin1');
    expect(text).not.toContain('account-hmac');
    expect(text).not.toContain('sign-in');
  });

  it('fits into a path', () => {
    const id = ceremonies.open({ ...SIGN_IN, identifierRef: 'x'.repeat(43), accountRef: 'y'.repeat(43) });
    expect(id).toMatch(/^[A-Za-z0-9_-]{1,512}$/);
  });

  it('is not read for another relying party', () => {
    expect(ceremonies.read(ceremonies.open(SIGN_IN), OTHER_RP, 'sign-in')).toBeUndefined();
    expect(ceremonies.readAny(ceremonies.open(SIGN_IN), OTHER_RP)).toBeUndefined();
  });

  it('is not read as one of another kind', () => {
    expect(ceremonies.read(ceremonies.open(SIGN_IN), RP, 'step-up')).toBeUndefined();
    expect(ceremonies.read(ceremonies.open(STEP_UP), RP, 'sign-in')).toBeUndefined();
    expect(ceremonies.read(ceremonies.open(STEP_UP), RP, 'registration')).toBeUndefined();
  });

  it('is not read by a service with another key', () => {
    const elsewhere = new SealedCeremonies(new Sealer(randomBytes(32)));
    expect(elsewhere.readAny(ceremonies.open(SIGN_IN), RP)).toBeUndefined();
  });

  it('is not read with any one of its bytes changed', () => {
    const sealed = Buffer.from(ceremonies.open(STEP_UP), 'base64url');
    for (const index of sealed.keys()) {
      const altered = sealed.map((byte, at) => (at === index ? byte ^ 1 : byte));
      expect(ceremonies.readAny(Buffer.from(altered).toString('base64url'), RP)).toBeUndefined();
    }
  });

  it.each(['', 'AAAA', 'not base64url', '💥', 'A'.repeat(500)])('is not read from %j', (id) => {
    expect(ceremonies.readAny(id, RP)).toBeUndefined();
  });

  it('has one spelling, so that it cannot be taken once for each', () => {
    const id = [SIGN_IN, { ...SIGN_IN, accountRef: 'a' }, { ...SIGN_IN, accountRef: 'ab' }]
      .map((ceremony) => ceremonies.open(ceremony))
      .find((candidate) => candidate.length % 4 !== 0);
    if (id === undefined) throw new Error('one of three lengths leaves bits over');
    expect(ceremonies.readAny(id, RP)).toBeDefined();
    for (const spelling of [...otherLastCharacters(id), `${id}=`, `${id}==`, `${id}\n`, ` ${id}`]) {
      expect(ceremonies.readAny(spelling, RP)).toBeUndefined();
    }
  });

  it('gets another id each time', () => {
    expect(ceremonies.open(SIGN_IN)).not.toBe(ceremonies.open(SIGN_IN));
  });

  it('has a short fingerprint', () => {
    const known = as<CeremonyId>('abc');
    expect(ceremonies.fingerprint(known)).toBe('ungWv48Bz-pBQUDeXa4iIw');
    const id = ceremonies.open(SIGN_IN);
    expect(ceremonies.fingerprint(id)).toBe(ceremonies.fingerprint(id));
    expect(ceremonies.fingerprint(id)).not.toBe(ceremonies.fingerprint(ceremonies.open(SIGN_IN)));
  });
});

describe('a challenge', () => {
  it('is 32 bytes that nobody guesses', () => {
    const challenges = Array.from({ length: 100 }, () => ceremonies.newChallenge());
    expect(new Set(challenges).size).toBe(100);
    for (const challenge of challenges) expect(Buffer.from(challenge, 'base64url')).toHaveLength(32);
  });
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same text but for its last character: some of these decode to the same bytes. */
function otherLastCharacters(id: string): readonly string[] {
  return Array.from(ALPHABET)
    .map((character) => id.slice(0, -1) + character)
    .filter((spelling) => spelling !== id);
}
