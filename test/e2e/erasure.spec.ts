import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { answered, Person, PRODUCTS, problem } from '../support/journeys.js';
import type { Product } from '../support/journeys.js';
import type { Lived } from '../support/life-of-an-account.js';
import { life } from '../support/life-of-an-account.js';
import { filesKept } from '../support/kept.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { found } from '../support/spellings.js';

interface Erased {
  readonly receipt: string;
  readonly receiptId: string;
  readonly erasedAt: string;
  readonly completedAt: string;
  readonly position: string;
}

const ERASED = problem(410, 'account-erased');

const erase = (person: Person): Promise<Answer> => person.call('DELETE', '');

/** Which personal values stand in which files. */
async function traces(
  dataFolder: string,
  personal: ReadonlyMap<string, string>,
): Promise<readonly unknown[]> {
  const files = await filesKept(dataFolder);
  expect(files.length).toBeGreaterThan(4);
  return files
    .map(([file, bytes]) => [file, found(personal, bytes)] as const)
    .filter(([, values]) => values.length > 0);
}

describe.each(PRODUCTS)('B4 an account of %s that is erased', (rp: Product) => {
  let server: RunningServer;
  let lived: Lived;
  let neighbour: Lived;
  let erased: Erased;
  let jwks: JSONWebKeySet;

  beforeAll(async () => {
    server = await runServer({ settings: { logLevel: 'debug' } });
    lived = await life(server, rp, 'lovelace');
    neighbour = await life(server, rp, 'babbage');
    erased = answered<Erased>(await erase(lived.person), 200);
    jwks = answered<JSONWebKeySet>(await server.call('GET', `/v1/${rp}/.well-known/jwks.json`), 200);
  });

  afterAll(() => server.close());

  it('gives a receipt that the published keys verify and that names nobody', async () => {
    const { payload, protectedHeader } = await jwtVerify(erased.receipt, createLocalJWKSet(jwks), {
      audience: rp,
      issuer: server.origin,
      typ: 'latchkey-erasure-receipt+jwt',
      currentDate: new Date(server.clock.now()),
    });
    const at = Date.parse(erased.erasedAt) / 1000;
    expect(payload).toStrictEqual({
      iss: server.origin,
      aud: rp,
      sub: lived.userHandle,
      jti: erased.receiptId,
      iat: at,
      erased_at: at,
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/u),
    });
    expect(Object.keys(protectedHeader).sort()).toStrictEqual(['alg', 'kid', 'typ']);
    expect(found(lived.personal, Buffer.from(JSON.stringify([erased, payload])))).toStrictEqual([]);
  });

  it('gives the very same receipt whenever it is asked for again', async () => {
    expect(answered(await erase(lived.person), 200)).toStrictEqual(erased);
    const keyed = { headers: { 'idempotency-key': 'again' } };
    expect(answered(await lived.person.call('DELETE', '', keyed), 200)).toStrictEqual(erased);
    expect(answered(await lived.person.call('DELETE', '', keyed), 200)).toStrictEqual(erased);
  });

  it('refuses every other call about it in one way', async () => {
    const { person } = lived;
    const device = { platform: 'ios', osVersion: '18.1', appVersion: '99.0.0', appKind: 'mobile' };
    const calls: readonly (readonly [method: string, path: string, body?: object])[] = [
      ['GET', ''],
      ['PUT', '', { displayName: 'Somebody else' }],
      ['PUT', '', {}],
      ['GET', '/factors'],
      ['POST', '/factors/email/confirm', { code: '123456' }],
      ['DELETE', '/factors/email/proposal'],
      ['POST', '/factors/sms/reinstate'],
      ['POST', '/unlock'],
      ['GET', '/history'],
      ['POST', '/security-checks', { factor: 'sms', purpose: 'bind-passkey' }],
      ['POST', '/security-checks/check-1/verify', { code: '123456' }],
      ['POST', '/security-checks/attest', { factor: 'sms', purpose: 'bind-passkey', outcome: 'passed' }],
      ['POST', '/passkeys/registrations', { grant: 'x', device, entryPoint: 'security-center' }],
      ['GET', '/passkeys'],
      ['PATCH', '/passkeys/passkey-1', { name: 'x' }],
      ['DELETE', '/passkeys/passkey-1'],
      ['GET', '/devices'],
      ['GET', '/sign-in-approvals?status=open'],
      ['POST', '/step-ups', { action: lived.stepUp.action, parameters: {} }],
      ['POST', '/resets', {}],
      ['POST', '/diagnoses', { situation: 'not-prompted' }],
      ['POST', '/portal-links', { entryPoint: 'security-center', returnUrl: `${server.origin}/` }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await person.call(method, path, body && { body });
      expect([method, path, answer.body]).toStrictEqual([method, path, ERASED]);
    }
  });

  it('ends its sessions: tokens, pages that are open, and links to them', async () => {
    const { openLink, pageHeaders, person, signInToken, stepUp } = lived;
    for (const token of [signInToken, stepUp.token]) {
      expect(answered(await person.introspect({ token }), 200)).toStrictEqual({ active: false });
    }
    const redeemed = await person.redeem(stepUp.token, stepUp.action, {});
    expect(redeemed.body).toStrictEqual(ERASED);
    const page = await person.call('GET', '', { key: null, headers: pageHeaders });
    expect(page.body).toStrictEqual(problem(401, 'session-missing'));
    const opened = await server.call('POST', '/portal/sessions', { key: null, body: { secret: openLink } });
    expect(opened.body).toStrictEqual(problem(410, 'link-used'));
    const other = neighbour;
    expect(
      answered<{ active: boolean }>(await other.person.introspect({ token: other.signInToken }), 200).active,
    ).toBe(true);
    answered(await other.person.call('GET', '', { key: null, headers: other.pageHeaders }), 200);
  });

  it('is told from one that never was by nobody who signs in', async () => {
    const { person } = lived;
    const stranger = new Person(server, rp);
    const withoutIds = ({ status, text }: Answer) => [status, text.replaceAll(/[\w-]{40,}/gu, '…')];

    const started = await person.startSignIn({ accountId: person.accountId });
    const shown = await person.finishSignIn(started.ceremonyId, person.answer(started));
    const strangers = await new Person(server, rp).startSignIn({ accountId: person.accountId });
    const unknown = await stranger.finishSignIn(strangers.ceremonyId, {
      ...person.answer(strangers),
      id: 'bm9ib2R5',
      rawId: 'bm9ib2R5',
    });
    const ids = /"credentialId":"[^"]*"/gu;
    expect(shown.text.replaceAll(ids, '')).toBe(unknown.text.replaceAll(ids, ''));
    expect(shown.status).toBe(unknown.status);

    for (const named of [
      { accountId: person.accountId },
      { accountId: undefined, identifier: person.phone },
    ]) {
      const { checkId } = await person.startFallback('sms', named);
      const nobody = await stranger.startFallback('sms', { accountId: stranger.accountId });
      const [one, other] = [
        await person.finishFallback(checkId, { code: '000000' }),
        await stranger.finishFallback(nobody.checkId, { code: '000000' }),
      ];
      expect(withoutIds(one)).toStrictEqual(withoutIds(other));
      const [byGrant, others] = [
        await person.finishFallback(checkId, { grant: 'made-up' }),
        await stranger.finishFallback(nobody.checkId, { grant: 'made-up' }),
      ];
      expect(withoutIds(byGrant)).toStrictEqual(withoutIds(others));
    }
  });

  it('sends nobody anything more', () => {
    const since = Date.parse(erased.erasedAt);
    for (const to of [lived.person.phone, lived.person.email, lived.personal.get('new email') ?? '']) {
      expect(server.messagesTo(to).filter(({ at }) => Date.parse(String(at)) > since)).toStrictEqual([]);
    }
  });

  it('lets its names go to somebody else', async () => {
    const { person, personal } = lived;
    const other = new Person(server, rp);
    const body = { phone: person.phone, email: person.email, identifiers: [personal.get('identifier')] };
    answered(await other.call('PUT', '', { body }), 201);
    answered(await erase(other), 200);
  });

  it('leaves no byte of what it was in any file, nor in the log, while the service runs', async () => {
    expect(await traces(server.dataFolder, lived.personal)).toStrictEqual([]);
    expect(found(lived.personal, Buffer.from(server.log()))).toStrictEqual([]);
    expect(server.log().split('\n').length).toBeGreaterThan(100);
  });

  it('leaves its neighbour as it was', async () => {
    const { person, personal } = neighbour;
    const account = answered<{ displayName: string; passkeyCount: number }>(
      await person.call('GET', ''),
      200,
    );
    expect(account).toMatchObject({ displayName: personal.get('display name'), passkeyCount: 1 });
    answered(await person.signIn().then((body) => ({ status: 200, body, text: '', headers: {} })), 200);
  });

  it('leaves no byte of it when the service has stopped, and none when it has started again', async () => {
    const { dataFolder } = server;
    await server.close();
    expect(await traces(dataFolder, lived.personal)).toStrictEqual([]);
    server = await runServer({ settings: server.service.settings, clock: server.clock });
    expect(await traces(dataFolder, lived.personal)).toStrictEqual([]);
    expect(
      answered<Erased>(await server.call('DELETE', `/v1/${rp}/accounts/${lived.person.accountId}`), 200),
    ).toStrictEqual(erased);
  });
});
