import { createSign, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { SignInToken, StepUpToken } from '../../src/application/ports/tokens.js';
import type { RelyingPartySlug } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import type { ServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteSigningKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-signing-key-store.js';
import { JwtTokens } from '../../src/infrastructure/tokens/jwt-tokens.js';
import { SigningKeys } from '../../src/infrastructure/tokens/signing-keys.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ISSUER = 'https://passkeys.example';
const NOW = Date.parse('2026-03-02T09:00:00Z');
const HOUR = 3_600_000;
const mpchat = as<RelyingPartySlug>('mpchat');
const moomoo = as<RelyingPartySlug>('moomoo');

const file = join(temporaryFolder(), 'service.sqlite');
const sealingKey = randomBytes(32);
const database = openServiceDatabase(file);
const keys = await openKeys(database, NOW);
const current = await keys.current();
const tokens = new JwtTokens(keys, ISSUER);
afterAll(() => database.close());

function openKeys(opened: ServiceDatabase, now: number): Promise<SigningKeys> {
  return SigningKeys.open(new SqliteSigningKeyStore(opened), new Sealer(sealingKey), { now: () => now });
}

const signIn: SignInToken = {
  kind: 'sign-in',
  rp: mpchat,
  accountId: as('ada@example.com'),
  sessionId: as('session-1'),
  securityEpoch: 3,
  methods: ['passkey'],
  passkeyId: as('passkey-1'),
  deviceId: null,
  authenticatedAt: NOW,
  expiresAt: NOW + HOUR,
};
const stepUp: StepUpToken = {
  kind: 'step-up',
  rp: mpchat,
  accountId: as('ada@example.com'),
  stepUpId: as('step-up-1'),
  securityEpoch: 3,
  methods: ['passkey', 'totp'],
  action: 'onchain-withdrawal',
  transactionDigest: 'digest',
  transactionSalt: 'salt',
  authenticatedAt: NOW,
  expiresAt: NOW + HOUR,
};

/** As a backend checks a token, with nothing of ours but the published keys. */
async function checked(token: string, typ: string): Promise<JWTPayload> {
  const published = createLocalJWKSet(JSON.parse(JSON.stringify(await tokens.keySet())) as JSONWebKeySet);
  const options = { issuer: ISSUER, audience: 'mpchat', typ, currentDate: new Date(NOW) };
  return (await jwtVerify(token, published, options)).payload;
}

describe('a token', () => {
  it('of a sign-in is verified by jose with the published keys alone', async () => {
    expect(await checked(await tokens.issue(signIn), 'latchkey-sign-in+jwt')).toStrictEqual({
      iss: ISSUER,
      aud: 'mpchat',
      sub: 'ada@example.com',
      iat: NOW / 1000,
      auth_time: NOW / 1000,
      exp: (NOW + HOUR) / 1000,
      epoch: 3,
      acr: 'phr',
      amr: ['pop'],
      jti: 'session-1',
      sid: 'session-1',
      passkey_id: 'passkey-1',
    });
  });

  it('of a step-up is verified by jose with the published keys alone', async () => {
    expect(await checked(await tokens.issue(stepUp), 'latchkey-step-up+jwt')).toStrictEqual({
      iss: ISSUER,
      aud: 'mpchat',
      sub: 'ada@example.com',
      iat: NOW / 1000,
      auth_time: NOW / 1000,
      exp: (NOW + HOUR) / 1000,
      epoch: 3,
      acr: 'phr',
      amr: ['pop', 'otp'],
      jti: 'step-up-1',
      action: 'onchain-withdrawal',
      txn_digest: 'digest',
      txn_salt: 'salt',
    });
  });

  it('says that a code alone is weaker than a passkey', async () => {
    const byCode = await tokens.issue({ ...signIn, methods: ['sms'], passkeyId: null });
    const claims = await checked(byCode, 'latchkey-sign-in+jwt');
    expect([claims['acr'], claims['amr'], 'passkey_id' in claims]).toStrictEqual(['code', ['sms'], false]);
  });

  it.each([signIn, stepUp, { ...signIn, passkeyId: null, methods: ['sms'] as const }])(
    'comes back as it was issued',
    async (token) => {
      expect(await tokens.verify(await tokens.issue(token), mpchat, NOW)).toStrictEqual(token);
    },
  );

  it('is verified by the keys that another process reads from the same file', async () => {
    const reopened = openServiceDatabase(file);
    const others = new JwtTokens(await openKeys(reopened, NOW + HOUR), ISSUER);
    reopened.close();
    expect(await others.keySet()).toStrictEqual(await tokens.keySet());
    expect(await others.verify(await tokens.issue(signIn), mpchat, NOW)).toStrictEqual(signIn);
  });

  it('is over at its expiry', async () => {
    const token = await tokens.issue(signIn);
    expect(await tokens.verify(token, mpchat, NOW + HOUR - 1000)).toStrictEqual(signIn);
    expect(await tokens.verify(token, mpchat, NOW + HOUR)).toBeUndefined();
  });

  it('is nothing to another product, of another issuer, or signed by other keys', async () => {
    expect(await tokens.verify(await tokens.issue(signIn), moomoo, NOW)).toBeUndefined();
    const otherIssuer = new JwtTokens(keys, 'https://evil.example');
    expect(await tokens.verify(await otherIssuer.issue(signIn), mpchat, NOW)).toBeUndefined();
    const elsewhere = openServiceDatabase(join(temporaryFolder(), 'service.sqlite'));
    const theirs = new JwtTokens(await openKeys(elsewhere, NOW), ISSUER);
    elsewhere.close();
    expect(await tokens.verify(await theirs.issue(signIn), mpchat, NOW)).toBeUndefined();
  });

  describe('that we did not make', () => {
    const claims = {
      aud: 'mpchat',
      sub: 'ada@example.com',
      jti: 'session-1',
      sid: 'session-1',
      auth_time: NOW / 1000,
      epoch: 3,
      amr: ['pop'],
    };
    const { kid } = current;
    const typ = 'latchkey-sign-in+jwt';
    const forge = (header: object) => {
      const jwt = new SignJWT(claims).setIssuer(ISSUER).setExpirationTime((NOW + HOUR) / 1000);
      return jwt.setProtectedHeader({ alg: 'ES256', typ, kid, ...header });
    };

    it('is refused although it names our key', async () => {
      const { privateKey } = await generateKeyPair('ES256');
      expect(await tokens.verify(await forge({}).sign(privateKey), mpchat, NOW)).toBeUndefined();
    });

    it('is refused although it is authentic under our public key as a shared secret', async () => {
      const secret = current.publicKey.export({ format: 'pem', type: 'spki' });
      const token = await forge({ alg: 'HS256' }).sign(Buffer.from(secret));
      expect(await tokens.verify(token, mpchat, NOW)).toBeUndefined();
    });

    it('is refused although it says that it needs no signature', async () => {
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const exp = (NOW + HOUR) / 1000;
      const token = `${encode({ alg: 'none', typ, kid })}.${encode({ ...claims, iss: ISSUER, exp })}.`;
      expect(await tokens.verify(token, mpchat, NOW)).toBeUndefined();
    });

    it.each([
      ['of another type', { typ: 'JWT' }],
      ['of no type', { typ: undefined }],
      ['of a key that there isn’t', { kid: 'other' }],
      ['of no key', { kid: undefined }],
      ['of the other kind', { typ: 'latchkey-step-up+jwt' }],
    ])('is refused %s, although signed by us', async (_what, header) => {
      const token = await forge(header).sign(current.privateKey);
      expect(await tokens.verify(token, mpchat, NOW)).toBeUndefined();
    });

    it.each(['exp', 'sub', 'jti', 'sid', 'epoch', 'amr', 'auth_time', 'aud', 'iss'])(
      'is refused without %s, although signed by us',
      async (claim) => {
        const payload = { ...claims, iss: ISSUER, exp: (NOW + HOUR) / 1000, [claim]: undefined };
        const jwt = new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ, kid });
        expect(await tokens.verify(await jwt.sign(current.privateKey), mpchat, NOW)).toBeUndefined();
      },
    );

    it.each([
      '',
      '.',
      '..',
      'a.b.c',
      'garbage',
      '🙂.🙂.🙂',
      'A'.repeat(4096),
      'e30.e30.e30',
      'bnVsbA.bnVsbA.',
    ])('is refused where it is %j', async (garbage) => {
      expect(await tokens.verify(garbage, mpchat, NOW)).toBeUndefined();
    });

    it('is refused with a signature in DER instead of JOSE', async () => {
      const input = (await tokens.issue(signIn)).split('.').slice(0, 2).join('.');
      const der = createSign('sha256').update(input).sign(current.privateKey, 'base64url');
      expect(await tokens.verify(`${input}.${der}`, mpchat, NOW)).toBeUndefined();
    });
  });
});

describe('the published keys', () => {
  it('hold no private half', async () => {
    for (const key of (await tokens.keySet()).keys) {
      expect(Object.keys(key).sort()).toStrictEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });
});
