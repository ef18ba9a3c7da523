import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { DAY, SECOND } from '../../src/domain/kernel/time.js';
import { resumeReceiver } from '../../src/cli/receivers.js';
import { answered, Person, personWithPasskey } from '../support/journeys.js';
import { life } from '../support/life-of-an-account.js';
import { passedReset, registerAfter } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { found } from '../support/spellings.js';
import { policiesWith, status, WebhookReceiver } from '../support/webhook-receiver.js';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const AUDIENCE = 'https://receiver.mp.net/caep';

let receiver: WebhookReceiver;
let server: RunningServer;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  receiver.otherwise = status(202);
  const securityEvents = { url: receiver.url, audience: AUDIENCE };
  server = await runServer({
    settings: { policyFolder: policiesWith({ mpchat: { securityEvents }, moomoo: { securityEvents } }) },
  });
});

afterEach(async () => {
  await server.close();
  await receiver.close();
});

const keySet = async (): Promise<JSONWebKeySet> =>
  answered(await server.call('GET', '/v1/mpchat/.well-known/jwks.json', { key: null }), 200);

/** A receiver's check: RFC 8417, and what SSF 1.0 and the CAEP Interoperability Profile 1.0 add to it. */
async function taken(token: string, audience = AUDIENCE): Promise<JWTPayload> {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keySet()), {
    algorithms: ['RS256'],
    typ: 'secevent+jwt',
    issuer: server.origin,
    audience,
    requiredClaims: ['jti', 'iat', 'events', 'sub_id'],
    currentDate: new Date(server.clock.now()),
  });
  expect(protectedHeader).toStrictEqual({ alg: 'RS256', typ: 'secevent+jwt', kid: expect.any(String) });
  expect(payload).not.toHaveProperty('sub');
  expect(payload).not.toHaveProperty('exp');
  expect(Object.keys(payload['events'] as object)).toHaveLength(1);
  return payload;
}

const all = (): Promise<readonly JWTPayload[]> =>
  Promise.all(receiver.delivered.map(({ body }) => taken(body)));

/** Each as its event's name and what it says, without what all have. */
async function told(): Promise<readonly (readonly [string, unknown])[]> {
  const tokens = (await all()).toSorted((one, other) => String(one.jti).localeCompare(String(other.jti)));
  return tokens.flatMap(({ events }) =>
    Object.entries(events as Record<string, Record<string, unknown>>).map(([uri, claims]) => {
      const { event_timestamp: _at, initiating_entity: _who, reason_admin: reason, ...rest } = claims;
      expect(Object.values(reason as object).every((text) => typeof text === 'string' && text !== '')).toBe(
        true,
      );
      return [uri.replace(CAEP, ''), rest] as const;
    }),
  );
}

const bySentence = (one: unknown, other: unknown): number =>
  JSON.stringify(one).localeCompare(JSON.stringify(other));

describe('a receiver of security event tokens', () => {
  it('is told of the first passkey, as a credential and as a level, in tokens that the published keys verify', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await settled(server);
    const sub_id = { format: 'iss_sub', iss: server.origin, sub: ada.accountId };
    const common = {
      event_timestamp: server.clock.now() / SECOND,
      initiating_entity: 'user',
      reason_admin: { en: expect.any(String), zh: expect.any(String) },
    };
    const tokens = (await all()).toSorted((one, other) => String(one.jti).localeCompare(String(other.jti)));
    const txn = tokens[0]?.['txn'];
    const set = { iss: server.origin, aud: AUDIENCE, iat: server.clock.now() / SECOND, txn, sub_id };
    expect(tokens).toStrictEqual([
      {
        ...set,
        jti: `${String(txn)}.0`,
        events: {
          [`${CAEP}credential-change`]: {
            credential_type: 'fido2-platform',
            change_type: 'create',
            ...common,
          },
        },
      },
      {
        ...set,
        jti: `${String(txn)}.1`,
        events: {
          [`${CAEP}assurance-level-change`]: {
            namespace: 'NIST-AAL',
            current_level: 'nist-aal2',
            previous_level: 'nist-aal1',
            change_direction: 'increase',
            ...common,
          },
        },
      },
    ]);
    for (const { headers } of receiver.delivered) {
      expect(headers).toMatchObject({
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
      });
    }
  });

  it('finds an RSA key of 2,048 bits among the published ones, which signs no sign-in', async () => {
    const { keys } = await keySet();
    expect(keys.map(({ alg, kty, use }) => [kty, alg, use])).toStrictEqual([
      ['EC', 'ES256', 'sig'],
      ['RSA', 'RS256', 'sig'],
    ]);
    const [, rsa] = keys;
    if (rsa === undefined) throw new Error('there is no RSA key');
    expect(Object.keys(rsa).toSorted()).toStrictEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...rsa }, format: 'jwk' });
    expect(asymmetricKeyDetails?.modulusLength).toBe(2048);

    const ada = await personWithPasskey(server, 'mpchat');
    await settled(server);
    for (const { body } of receiver.delivered) {
      expect(answered(await ada.introspect({ token: body }), 200)).toStrictEqual({ active: false });
    }
    const { token } = await ada.signIn();
    await expect(taken(token)).rejects.toThrow(errors.JOSEError);
  });

  it('takes none that was altered, or is for another', async () => {
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    const [{ body } = { body: '' }] = receiver.delivered;
    const [header = '', payload = '', signature = ''] = body.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const altered = Buffer.from(JSON.stringify({ ...claims, iss: server.origin, jti: 'x' })).toString(
      'base64url',
    );
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'secevent+jwt' })).toString('base64url');
    for (const token of [
      `${header}.${altered}.${signature}`,
      `${none}.${payload}.`,
      `${header}.${payload}.`,
    ]) {
      await expect(taken(token)).rejects.toThrow(errors.JOSEError);
    }
    await expect(taken(body, 'https://other.example')).rejects.toThrow(errors.JWTClaimValidationFailed);
  });

  it('is told that a reset revoked every session and the passkey, and of the level without it', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await settled(server);
    receiver.delivered.length = 0;
    const reset = await passedReset(ada);
    await settled(server);
    const revoked = ['session-revoked', {}];
    expect((await told()).toSorted(bySentence)).toStrictEqual(
      [
        revoked,
        [
          'credential-change',
          expect.objectContaining({ credential_type: 'fido2-platform', change_type: 'revoke' }),
        ],
        [
          'assurance-level-change',
          {
            namespace: 'NIST-AAL',
            current_level: 'nist-aal1',
            previous_level: 'nist-aal2',
            change_direction: 'decrease',
          },
        ],
      ].toSorted(bySentence),
    );
    const sessions = (await all()).filter(({ events }) => `${CAEP}session-revoked` in (events as object));
    expect(sessions.map(({ sub_id }) => sub_id)).toStrictEqual([
      { format: 'iss_sub', iss: server.origin, sub: ada.accountId },
    ]);
    receiver.delivered.length = 0;
    await registerAfter(ada, reset);
    await settled(server);
    expect((await told()).map(([name]) => name)).toStrictEqual([
      'credential-change',
      'assurance-level-change',
    ]);
  });

  it('is told which sessions ended with a device, by the sid of their tokens', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.signIn();
    const sid = (
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }
    ).sid;
    const [device] = answered<{ devices: readonly { deviceId: string }[] }>(
      await ada.call('GET', `/devices?after=${await ada.now()}`),
      200,
    ).devices;
    const proof = await ada.proofFor('remove-device', { deviceId: device?.deviceId ?? '' });
    await settled(server);
    receiver.delivered.length = 0;
    const headers = { 'step-up-token': proof.token };
    answered(await ada.call('DELETE', `/devices/${device?.deviceId ?? ''}`, { headers }), 200);
    await settled(server);
    expect((await all()).map(({ events, sub_id }) => [Object.keys(events as object), sub_id])).toContainEqual(
      [
        [`${CAEP}session-revoked`],
        {
          format: 'complex',
          user: { format: 'iss_sub', iss: server.origin, sub: ada.accountId },
          session: { format: 'opaque', id: sid },
        },
      ],
    );
  });

  it('is told of a factor that was changed, and that the sessions of before have ended', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const email = `new.${ada.email}`;
    const grant = await ada.grantFor('change-factors', 'sms');
    answered(await ada.call('PUT', '', { body: { email, grant } }), 200);
    await settled(server);
    expect(receiver.delivered).toStrictEqual([]);
    const code = server.messagesTo(email).find((message) => message.code !== undefined)?.code ?? '';
    answered(await ada.call('POST', '/factors/email/confirm', { body: { code } }), 200);
    await settled(server);
    expect(await told()).toStrictEqual([
      ['credential-change', { credential_type: 'email', change_type: 'update' }],
      ['session-revoked', {}],
    ]);
  });

  it('is told once more of what it didn’t take, with the same jti', async () => {
    receiver.next.push(status(400), status(503));
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    server.clock.advance(7 * SECOND);
    await settled(server);
    const ids = (await all()).map(({ jti }) => jti).toSorted();
    expect(ids).toHaveLength(4);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
    expect(await server.service.tier.jobs.counts()).toStrictEqual({
      waiting: 0,
      due: 0,
      running: 0,
      dead: 0,
    });
  });

  it('is told nothing more once it is gone, until it is resumed', async () => {
    receiver.next.push(status(410), status(410));
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    const asked = receiver.delivered.length;
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(receiver.delivered).toHaveLength(asked);
    const { goneReceivers, jobs } = server.service.tier;
    expect((await jobs.dead(10)).map(({ failure }) => failure.message)).toStrictEqual(
      Array.from({ length: 4 }, () => 'gone'),
    );
    receiver.next.splice(0);
    expect(await resumeReceiver(goneReceivers, jobs, 'mpchat', 'security-events')).toBe(4);
    await settled(server);
    expect(receiver.delivered).toHaveLength(asked + 4);
    expect((await jobs.counts()).dead).toBe(0);
  });

  it('is told nothing personal but the account’s id, and of an erased account nothing more', async () => {
    const { person, personal } = await life(server, 'moomoo', 'lovelace');
    await settled(server);
    const readable = receiver.delivered.map(({ body }) => Buffer.from(body.split('.')[1] ?? '', 'base64url'));
    expect(readable.length).toBeGreaterThan(3);
    expect(found(personal, Buffer.concat(readable))).toStrictEqual(['account id']);
    const before = receiver.delivered.length;
    answered(await person.call('DELETE', ''), 200);
    await settled(server);
    server.clock.advance(DAY);
    await settled(server);
    expect(receiver.delivered).toHaveLength(before);
  });
});

it('a service without such a receiver makes and publishes no key for it', async () => {
  await server.close();
  server = await runServer();
  expect((await keySet()).keys.map(({ kty }) => kty)).toStrictEqual(['EC']);
  expect(await server.service.tier.eventSigningKeys.list()).toStrictEqual([]);
});
