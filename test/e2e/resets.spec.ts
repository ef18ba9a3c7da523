import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answered,
  otherThan,
  Person,
  personWithPasskey,
  PHONE,
  PRODUCTS,
  problem,
} from '../support/journeys.js';
import type { RequestedReset } from '../support/reset-journeys.js';
import {
  passedReset,
  pressed,
  registerAfter,
  requestReset,
  resetStatus,
  startAfter,
  stopReset,
} from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

/** A proof by the product's own word, which asks for no code. */
async function vouched(person: Person): Promise<string> {
  const body = { factor: 'sms', purpose: 'bind-passkey', outcome: 'passed' };
  return answered<{ grant: string }>(await person.call('POST', '/security-checks/attest', { body }), 200)
    .grant;
}

describe.each(PRODUCTS)('B1: a reset at %s', (rp) => {
  it('B1 is asked for, passed, and lets one passkey be added, once', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await requestReset(ada);
    expect(reset).toStrictEqual({
      resetId: expect.any(String),
      resetSecret: expect.any(String),
      provider: 'simulator',
      clientToken: expect.any(String),
      url: `http://localhost:${server.port}/liveness-simulator/?reset=${reset.resetId}`,
      expiresAt: server.clock.in(30 * MINUTE),
      position: expect.any(String),
    });
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'requested' });
    await ada.signIn();

    answered(await pressed(ada, reset, 'passed'), 200);
    expect(await resetStatus(ada, reset)).toStrictEqual({
      resetId: reset.resetId,
      status: 'passed',
      provider: 'simulator',
      attempt: 1,
      requestedAt: server.clock.in(0),
      expiresAt: server.clock.in(30 * MINUTE),
      windowUntil: server.clock.in(30 * MINUTE),
      coolingOffUntil: server.clock.in(DAY),
    });
    expect(await ada.passkeys()).toStrictEqual([]);

    const { passkey } = await registerAfter(ada, reset);
    expect((await ada.passkeys()).map(({ passkeyId }) => passkeyId)).toStrictEqual([passkey.passkeyId]);
    await ada.signIn();
    expect(answered(await startAfter(ada, reset), 403)).toStrictEqual(problem(403, 'reset-secret-spent'));
    expect((await ada.typesRecorded()).slice(2)).toStrictEqual([
      'PasskeyRegistered',
      'DeviceTrusted',
      'LivenessSubjectLinked',
      'LivenessResetRequested',
      'PasskeyUsed',
      'LivenessResetCompleted',
      'PasskeyRemoved',
      'DeviceRemoved',
      'PasskeyRegistered',
      'DeviceTrusted',
      'PasskeyUsed',
    ]);
  });

  it('B1 ends what was signed in, granted and proven before it', async () => {
    const ada = await personWithPasskey(server, rp);
    const { token } = await ada.signIn();
    const proof = await ada.proofFor('change-factors', { email: null });
    const grant = await ada.grantFor('bind-passkey');
    expect(answered<{ active: boolean }>(await ada.introspect({ token }), 200).active).toBe(true);

    const reset = await passedReset(ada);
    for (const dead of [token, proof.token]) {
      expect(answered(await ada.introspect({ token: dead }), 200)).toStrictEqual({ active: false });
    }
    const begun = await ada.startSignIn();
    const old = await ada.finishSignIn(begun.ceremonyId, ada.answer(begun));
    expect(answered(old, 401)).toMatchObject({ code: 'verification-failed' });
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    const bound = await ada.call('POST', '/passkeys/registrations', { body });
    expect(answered(bound, 409)).toStrictEqual(problem(409, 'reset-required'));
    await registerAfter(ada, reset);
  });

  it('B1 is shown by the account while it is open, and its cooling-off after it', async () => {
    const ada = await personWithPasskey(server, rp);
    const account = async (): Promise<unknown> =>
      answered(await ada.call('GET', `?after=${await ada.now()}`), 200);
    expect(await account()).toMatchObject({ openReset: null, coolingOff: { resetUntil: null } });
    const reset = await requestReset(ada);
    const { resetId } = reset;
    expect(await account()).toMatchObject({
      openReset: { resetId, status: 'requested', expiresAt: server.clock.in(30 * MINUTE) },
    });
    answered(await pressed(ada, reset, 'retry'), 200);
    expect(await account()).toMatchObject({ openReset: { resetId, status: 'retry' } });
    answered(await pressed(ada, reset, 'passed'), 200);
    expect(await account()).toMatchObject({
      openReset: { resetId, status: 'passed', windowUntil: server.clock.in(30 * MINUTE) },
      coolingOff: { resetUntil: server.clock.in(DAY), phoneChangeUntil: null, emailChangeUntil: null },
      passkeyCount: 0,
    });
    await registerAfter(ada, reset);
    expect(await account()).toMatchObject({ openReset: null, passkeyCount: 1, status: 'active' });
  });

  it('B1 is cancelled by the old passkey, and then nothing passes it', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await requestReset(ada);
    expect(answered(await ada.call('POST', `/resets/${reset.resetId}/cancel`), 403)).toStrictEqual(
      problem(403, 'step-up-required', {
        action: 'cancel-reset',
        parameters: { resetId: reset.resetId },
      }),
    );
    expect(answered(await stopReset(ada, reset, 'cancel'), 200)).toStrictEqual({
      resetId: reset.resetId,
      status: 'cancelled',
      position: expect.any(String),
    });
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'cancelled' });
    expect(answered(await pressed(ada, reset, 'passed'), 409)).toStrictEqual(problem(409, 'reset-over'));
    expect(answered(await startAfter(ada, reset), 403)).toMatchObject({ code: 'reset-secret-invalid' });
    await ada.signIn();
  });

  it('B1 is disputed by the old passkey during the cooling-off, which locks until the product unlocks', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await passedReset(ada);
    const thief = new SoftwareAuthenticator();
    await registerAfter(ada, reset, thief);
    server.clock.advance(23 * HOUR);
    expect(answered(await stopReset(ada, reset, 'dispute'), 200)).toMatchObject({ status: 'disputed' });

    const account = async (): Promise<unknown> =>
      answered(await ada.call('GET', `?after=${await ada.now()}`), 200);
    expect(await account()).toMatchObject({
      status: 'locked',
      lockedUntil: null,
      lockReason: 'reset-disputed',
      passkeyCount: 0,
    });
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'disputed' });
    const locked = problem(423, 'account-locked', { reason: 'reset-disputed', resetId: reset.resetId });
    const check = await ada.call('POST', '/security-checks', {
      body: { factor: 'sms', purpose: 'bind-passkey' },
    });
    expect(answered(check, 423)).toStrictEqual(locked);
    expect(answered(await ada.call('POST', '/resets', { body: {} }), 423)).toStrictEqual(locked);
    const begun = await ada.startSignIn();
    const byThief = await ada.finishSignIn(begun.ceremonyId, ada.answer(begun, thief));
    expect(byThief.status).toBe(401);

    // Without a reason only wrong entries are forgiven.
    expect(answered(await ada.call('POST', '/unlock'), 423)).toStrictEqual(locked);
    answered(await ada.call('POST', '/unlock', { body: { reason: 'reset-disputed' } }), 200);
    expect(await account()).toMatchObject({ status: 'active', lockReason: null });
    const body = { grant: await vouched(ada), device: PHONE, entryPoint: 'security-center' };
    const byCode = await ada.call('POST', '/passkeys/registrations', { body });
    expect(answered(byCode, 409)).toMatchObject({ code: 'reset-required' });
    await registerAfter(ada, await passedReset(ada));
    expect(await account()).toMatchObject({ passkeyCount: 1 });
  });

  it('B1 can’t be disputed when the cooling-off is over, nor by the new passkey', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await passedReset(ada);
    const fresh = new SoftwareAuthenticator();
    await registerAfter(ada, reset, fresh);
    const stepUp = await ada.startStepUp('dispute-reset', { resetId: reset.resetId });
    const { credentialId } = fresh.credentials[0] ?? { credentialId: '' };
    const byNew = fresh.get(
      { ...stepUp.publicKey, allowCredentials: [] },
      { origin: server.origin, credentialId },
    );
    const refused = await ada.passStepUp(stepUp.stepUpId, { credential: byNew });
    expect(answered(refused, 401)).toMatchObject({ code: 'verification-failed' });

    server.clock.advance(DAY);
    const late = await ada.call('POST', '/step-ups', {
      body: { action: 'dispute-reset', parameters: { resetId: reset.resetId } },
    });
    expect(answered(late, 409)).toMatchObject({ code: 'no-passkey' });
    expect(answered(await ada.call('POST', `/resets/${reset.resetId}/dispute`), 409)).toMatchObject({
      code: 'reset-over',
    });
  });
});

describe('M8: the only passkey at mpchat', () => {
  it('M8 is not removed, and the refusal leads to Reset', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const removal = await ada.call('DELETE', `/passkeys/${ada.passkeyId}`);
    const { links } = answered<{ links: { reset: string } }>(removal, 409);
    expect(answered(removal, 409)).toStrictEqual(
      problem(409, 'removal-forbidden', {
        links: { reset: `/v1/mpchat/accounts/${ada.accountId}/resets` },
      }),
    );
    answered(await server.call('POST', links.reset, { body: {} }), 201);
  });

  it('M8 is replaced by Reset after a lost phone, while factors are locked', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    for (const _pair of [1, 2]) {
      const { checkId } = await ada.startCheck('bind-passkey');
      const wrong = otherThan(ada.codeBy('sms'));
      for (let guess = 0; guess < 5; guess++) await ada.enter(checkId, wrong);
    }
    const check = { factor: 'sms', purpose: 'bind-passkey' };
    expect((await ada.call('POST', '/security-checks', { body: check })).status).toBe(423);

    const phone = new SoftwareAuthenticator();
    await registerAfter(ada, await passedReset(ada), phone);
    const begun = await ada.startSignIn();
    answered(await ada.finishSignIn(begun.ceremonyId, ada.answer(begun, phone)), 200);
  });

  it('M8 is added by Reset where none was ever there', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    await registerAfter(ada, await passedReset(ada));
    expect(await ada.passkeys()).toHaveLength(1);
  });

  it('M8 can’t be added by a code while the window is open or has lapsed: another Reset can', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await passedReset(ada);
    const byCode = async (): Promise<unknown> => {
      const body = {
        grant: await vouched(ada),
        device: PHONE,
        entryPoint: 'security-center',
      };
      return answered(await ada.call('POST', '/passkeys/registrations', { body }), 409);
    };
    expect(await byCode()).toStrictEqual(problem(409, 'reset-required'));
    server.clock.advance(30 * MINUTE);
    expect(answered(await startAfter(ada, reset), 410)).toStrictEqual(problem(410, 'reset-window-closed'));
    expect(await byCode()).toStrictEqual(problem(409, 'reset-required'));
    await registerAfter(ada, await passedReset(ada));
  });

  it('M8 is not added with a secret made up, of another reset or of another account', async () => {
    const [ada, bob] = [await personWithPasskey(server, 'mpchat'), await personWithPasskey(server, 'mpchat')];
    const [of, other] = [await passedReset(ada), await passedReset(bob)];
    for (const secret of [
      { resetId: of.resetId, resetSecret: 'made up' },
      { resetId: other.resetId, resetSecret: other.resetSecret },
      { resetId: of.resetId, resetSecret: other.resetSecret },
    ]) {
      expect(answered(await startAfter(ada, secret), 403)).toStrictEqual(
        problem(403, 'reset-secret-invalid'),
      );
    }
  });
});

describe('M10: after a reset', () => {
  it('M10 withdrawals stop for a day at mpchat, and transfers don’t', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await registerAfter(ada, await passedReset(ada));
    const withdrawal = { amount: '1', asset: 'USDT', address: 'T1' };
    const ask = () =>
      ada.call('POST', '/step-ups', { body: { action: 'onchain-withdrawal', parameters: withdrawal } });
    const stopped = { reason: 'cooling-off', until: server.clock.in(DAY) };
    expect(answered(await ask(), 403)).toStrictEqual(problem(403, 'step-up-denied', stopped));
    await ada.proofFor('internal-transfer', { amount: '1', asset: 'USDT', recipient: 'bob' });
    server.clock.advance(DAY);
    answered(await ask(), 201);
  });
});

describe.each(PRODUCTS)('whoever has been reset at %s and has no passkey yet', (rp) => {
  const advised = (why: string) => ({ factors: [], advice: expect.stringContaining(why) });

  it('is offered no factor that would add none, is sent no code, and told what to do instead', async () => {
    const ada = await personWithPasskey(server, rp);
    const factors = async (): Promise<unknown> =>
      answered(await ada.call('GET', `/factors?purpose=bind-passkey&after=${await ada.now()}`), 200);
    const reset = await passedReset(ada);
    const body = { factor: 'sms', purpose: 'bind-passkey' };
    const refused = problem(409, 'reset-required');
    const sent = server.messagesTo(ada.phone).filter(({ code }) => code !== undefined).length;

    expect(await factors()).toStrictEqual(advised('The passkeys were reset.'));
    expect(answered(await ada.call('POST', '/security-checks', { body }), 409)).toStrictEqual(refused);
    server.clock.advance(HOUR);
    expect(await factors()).toStrictEqual(advised('The passkeys were reset.'));
    answered(await pressed(ada, await requestReset(ada), 'final'), 200);
    expect(await factors()).toStrictEqual(advised('The passkeys were reset.'));
    const account = await ada.call('GET', `?after=${await ada.now()}`);
    expect(answered(account, 200)).toMatchObject({ resetRequired: true, openReset: null });
    expect(server.messagesTo(ada.phone).filter(({ code }) => code !== undefined)).toHaveLength(sent);

    answered(await stopReset(ada, reset, 'dispute'), 200);
    expect(await factors()).toStrictEqual(advised('a reset was disputed'));
  });
});

describe('M11: the liveness attempts of a day', () => {
  it('M11 are ten, every try counted, and come back one by one', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    for (let count = 1; count <= 4; count++) {
      const reset = await requestReset(ada);
      expect(await resetStatus(ada, reset)).toMatchObject({ attempt: count });
      answered(await pressed(ada, reset, 'final'), 200);
      expect(await resetStatus(ada, reset)).toMatchObject({ status: 'rejected' });
    }
    server.clock.advance(HOUR);
    const reset = await requestReset(ada);
    for (let tried = 5; tried < 10; tried++) {
      answered(await pressed(ada, reset, 'retry'), 200);
      expect(await resetStatus(ada, reset)).toMatchObject({ status: 'retry', attempt: tried + 1 });
    }
    answered(await pressed(ada, reset, 'retry'), 200);
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'rejected', attempt: 10 });
    const refused = await ada.call('POST', '/resets', { body: {} });
    expect(answered(refused, 429)).toStrictEqual(
      problem(429, 'reset-attempts-used-up', { until: server.clock.in(23 * HOUR) }),
    );
    const why = await ada.call('POST', '/diagnoses', { body: { situation: 'liveness-rejected' } });
    expect(answered(why, 200)).toMatchObject({
      diagnosis: { code: 'liveness-attempts-used-up' },
      otherCauses: [{ code: 'liveness-rejected' }],
    });
    await ada.signIn();
    server.clock.advance(23 * HOUR);
    await registerAfter(ada, await passedReset(ada));
  });

  it('M11 are one at a time', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const both = await Promise.all([1, 2].map(() => ada.call('POST', '/resets', { body: {} })));
    expect(both.map(({ status }) => status).sort()).toStrictEqual([201, 409]);
    const refused = both.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ code: 'reset-under-way', until: server.clock.in(30 * MINUTE) });
    expect((await ada.typesRecorded()).filter((type) => type === 'LivenessResetRequested')).toHaveLength(1);
  });
});

describe('a reset whose secret was lost with its window', () => {
  it('B1 gives way to another that names it, which every channel is told of', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const lost = await requestReset(ada);
    const refused = await ada.call('POST', '/resets', { body: {} });
    const { resetId: replaces } = answered<{ resetId: string }>(refused, 409);
    expect(replaces).toBe(lost.resetId);
    const other = await ada.call('POST', '/resets', { body: { replaces: 'another' } });
    expect(answered(other, 409)).toMatchObject({ code: 'reset-under-way' });

    const reset = answered<RequestedReset>(await ada.call('POST', '/resets', { body: { replaces } }), 201);
    expect(await resetStatus(ada, lost)).toMatchObject({ status: 'expired' });
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'requested', attempt: 2 });
    expect(answered(await pressed(ada, lost, 'passed'), 409)).toMatchObject({ code: 'reset-over' });
    await settled(server);
    for (const to of [ada.phone, ada.email]) {
      const told = server.messagesTo(to).map(({ text }) => text);
      expect(told.filter((text) => text.includes('a reset of your passkeys by a face check'))).toHaveLength(
        2,
      );
    }
    answered(await pressed(ada, reset, 'passed'), 200);
    expect(answered(await startAfter(ada, lost), 403)).toStrictEqual(problem(403, 'reset-secret-invalid'));
    await registerAfter(ada, reset);
  });
});

describe('a reset without a verdict', () => {
  it('B1 expires by its own timer, is recorded by the system and lets another be asked for', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await requestReset(ada);
    server.clock.advance(30 * MINUTE);
    await until(
      () => ada.call('GET', '/history'),
      (answer) => answer.text.includes('LivenessResetExpired'),
    );
    const expired = (await ada.history()).find(({ type }) => type === 'LivenessResetExpired');
    expect(expired).toMatchObject({ actor: 'system', data: { resetId: reset.resetId, reason: 'time' } });
    expect(answered(await pressed(ada, reset, 'passed'), 409)).toMatchObject({ code: 'reset-over' });
    await requestReset(ada);
  });
});

describe('two at the same moment', () => {
  const outcomes = async (...calls: readonly Promise<{ readonly status: number }>[]) =>
    (await Promise.all(calls)).map(({ status }) => status).sort();

  it('B1 a verdict and a cancelling: one of them wins', async () => {
    for (let round = 0; round < 4; round++) {
      const ada = await personWithPasskey(server, 'mpchat');
      const reset = await requestReset(ada);
      const proof = await ada.proofFor('cancel-reset', { resetId: reset.resetId });
      const cancel = ada.call('POST', `/resets/${reset.resetId}/cancel`, {
        headers: { 'step-up-token': proof.token },
      });
      expect(await outcomes(pressed(ada, reset, 'passed'), cancel)).toStrictEqual([200, 409]);
      const ended = (await ada.typesRecorded()).filter((type) =>
        ['LivenessResetCompleted', 'LivenessResetCancelled'].includes(type),
      );
      expect(ended).toHaveLength(1);
    }
  });

  it('B1 a verdict twice: it completes once', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await requestReset(ada);
    await outcomes(pressed(ada, reset, 'passed'), pressed(ada, reset, 'passed'));
    expect((await ada.typesRecorded()).filter((type) => type === 'LivenessResetCompleted')).toHaveLength(1);
  });

  it('B1 two new passkeys on one secret: one is added', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const reset = await passedReset(ada);
    const begun = [await startAfter(ada, reset), await startAfter(ada, reset)].map((answer) =>
      answered<Awaited<ReturnType<Person['startRegistration']>>>(answer, 201),
    );
    const made = begun.map((started) => ({
      started,
      credential: ada.create(started, new SoftwareAuthenticator()),
    }));
    const both = made.map(({ started, credential }) => ada.register(started.ceremonyId, credential));
    expect(await outcomes(...both)).toStrictEqual([201, 403]);
    expect(await ada.passkeys()).toHaveLength(1);
  });

  it('B1 a dispute and the new passkey: nothing is left of either but the lock', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const reset = await passedReset(ada);
    const started = answered<Awaited<ReturnType<Person['startRegistration']>>>(
      await startAfter(ada, reset),
      201,
    );
    const credential = ada.create(started, new SoftwareAuthenticator());
    const proof = await ada.proofFor('dispute-reset', { resetId: reset.resetId });
    const dispute = ada.call('POST', `/resets/${reset.resetId}/dispute`, {
      headers: { 'step-up-token': proof.token },
    });
    const [disputed] = await Promise.all([dispute, ada.register(started.ceremonyId, credential)]);
    expect(disputed.status).toBe(200);
    expect(await ada.passkeys()).toStrictEqual([]);
    const late = await ada.register(started.ceremonyId, credential);
    expect(late.status).toBeGreaterThanOrEqual(409);
  });
});

describe('a call about resets', () => {
  it('takes scope `resets`, and knows only the account’s own', async () => {
    const [ada, bob] = [await personWithPasskey(server, 'mpchat'), await personWithPasskey(server, 'mpchat')];
    const { resetId } = await requestReset(ada);
    const key = await server.keyFor('mpchat', 'accounts', 'passkeys', 'step-up');
    const calls = [
      ['POST', '/resets'],
      ['GET', `/resets/${resetId}`],
      ['POST', `/resets/${resetId}/cancel`],
      ['POST', `/resets/${resetId}/dispute`],
    ] as const;
    for (const [method, path] of calls) {
      const refused = await ada.call(method, path, { key, ...(method === 'POST' && { body: {} }) });
      expect(answered(refused, 403)).toMatchObject({ code: 'scope-missing', scope: 'resets' });
    }
    expect(answered(await bob.call('GET', `/resets/${resetId}`), 404)).toStrictEqual(
      problem(404, 'reset-not-found'),
    );
    expect(answered(await bob.call('POST', `/resets/${resetId}/cancel`), 404)).toMatchObject({
      code: 'reset-not-found',
    });
  });

  it('is answered again by the same idempotency key, secret and all', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const headers = { 'idempotency-key': 'reset-of-ada' };
    const first = answered(await ada.call('POST', '/resets', { headers, body: {} }), 201);
    expect(answered(await ada.call('POST', '/resets', { headers, body: {} }), 201)).toStrictEqual(first);
  });
});
