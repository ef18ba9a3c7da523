import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApprovalRequired, Registration } from '../support/journeys.js';
import { answered, PHONE, personWithPasskey, problem, PRODUCTS } from '../support/journeys.js';
import { asPage, cookieOf, exchange, linkFor, visitBy } from '../support/portal-journeys.js';
import type { RequestedReset } from '../support/reset-journeys.js';
import { passedReset, pressed, registerAfter, stopReset } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe.each(PRODUCTS)('B1: a thief with the old phone, after a completed reset at %s', (rp) => {
  it('B1 finds the page ended that is open on it, and the link that was not yet opened', async () => {
    const ada = await personWithPasskey(server, rp);
    const cookie = await visitBy(ada);
    const link = await linkFor(ada);
    const onPhone = (method: string, path: string, body?: object) =>
      ada.call(method, path, asPage(cookie, body === undefined ? {} : { body }));
    const { checkId } = answered<{ checkId: string }>(
      await onPhone('POST', '/security-checks', { factor: 'sms', purpose: 'change-factors' }),
      201,
    );
    const code = ada.codeBy('sms');

    const reset = await passedReset(ada);
    const ended = problem(401, 'session-missing');
    for (const tried of [
      await onPhone('GET', ''),
      await onPhone('GET', '/passkeys'),
      await onPhone('POST', `/security-checks/${checkId}/verify`, { code }),
      await onPhone('POST', '/resets', {}),
      await server.call('GET', '/portal/sessions/current', asPage(cookie)),
      await server.call('GET', '/portal/actions', asPage(cookie)),
    ]) {
      expect(answered(tried, 401)).toStrictEqual(ended);
    }
    expect(answered(await exchange(server, link), 410)).toStrictEqual(problem(410, 'link-used'));

    await registerAfter(ada, reset, new SoftwareAuthenticator());
    expect(answered(await onPhone('GET', ''), 401)).toStrictEqual(ended);
    answered(await ada.call('GET', '', asPage(await visitBy(ada))), 200);
  });

  it('B1 does not end the page that asked for the reset, where the new passkey is added; a dispute does', async () => {
    const ada = await personWithPasskey(server, rp);
    const cookie = await visitBy(ada);
    const onPage = (method: string, path: string, body: object, kept = '') =>
      ada.call(method, path, asPage(`${cookie}; ${kept}`, { body }));
    const asked = await onPage('POST', '/resets', {});
    const reset = answered<RequestedReset>(asked, 201);
    answered(await pressed(ada, reset, 'passed'), 200);
    const kept = cookieOf(asked);
    const { resetId } = reset;
    const began = { resetId, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' };
    const started = answered<Registration>(await onPage('POST', '/passkeys/registrations', began, kept), 201);
    const fresh = new SoftwareAuthenticator();
    const credential = ada.create(started, fresh);
    answered(await onPage('POST', '/passkeys', { ceremonyId: started.ceremonyId, credential }), 201);

    const disputing = await visitBy(ada);
    answered(await stopReset(ada, reset, 'dispute'), 200);
    const later = await ada.call('GET', '', asPage(cookie));
    expect(answered(later, 401)).toStrictEqual(problem(401, 'session-missing'));
    answered(await ada.call('GET', '', asPage(disputing)), 200);
  });

  it('B1 hands the secret of a reset to the browser that began it, and to no script', async () => {
    const ada = await personWithPasskey(server, rp);
    const cookie = await visitBy(ada);
    const onPage = (method: string, path: string, body: object, kept = '') =>
      ada.call(method, path, asPage(`${cookie}; ${kept}`, { body }));
    const asked = await onPage('POST', '/resets', {});
    const reset = answered<RequestedReset>(asked, 201);
    expect(reset).not.toHaveProperty('resetSecret');
    const { resetId } = reset;
    // Half an hour for the check, and half an hour for the passkey.
    expect(asked.headers['set-cookie']).toStrictEqual([
      expect.stringMatching(
        new RegExp(
          `^__Host-latchkey-reset-${resetId}=[\\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600$`,
          'u',
        ),
      ),
    ]);
    answered(await pressed(ada, reset, 'passed'), 200);
    const began = { resetId, device: { platform: 'web', appKind: 'web' }, entryPoint: 'security-center' };
    const kept = cookieOf(asked);
    const secret = kept.slice(kept.indexOf('=') + 1);
    const invalid = problem(403, 'reset-secret-invalid');
    // Nor does a page take it from a script, or from a cookie for another reset.
    for (const [body, cookies] of [
      [began, ''],
      [{ ...began, resetSecret: secret }, ''],
      [began, `__Host-latchkey-reset-other=${secret}`],
    ] as const) {
      const refused = await onPage('POST', '/passkeys/registrations', body, cookies);
      expect(answered(refused, 403)).toStrictEqual(invalid);
    }
    answered(await onPage('POST', '/passkeys/registrations', began, kept), 201);
  });

  it('B1 finds no device trusted that was', async () => {
    const ada = await personWithPasskey(server, rp);
    const devices = async () =>
      answered<{ devices: unknown[] }>(await ada.call('GET', `/devices?after=${await ada.now()}`), 200)
        .devices;
    expect(await devices()).toHaveLength(1);
    const reset = await passedReset(ada);
    expect(await devices()).toStrictEqual([]);
    await registerAfter(ada, reset, new SoftwareAuthenticator());
    expect(await devices()).toHaveLength(1);
  });
});

describe('B1: a thief with the old phone and its number, after a completed reset at moomoo', () => {
  it('B1 is not signed in by the device token and a code: the owner is asked, and can deny', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const stolen = { ...PHONE, deviceToken: ada.deviceToken };
    const reset = await passedReset(ada);

    // While no passkey is there yet, and no device that could be asked.
    const early = answered<ApprovalRequired>(await ada.signInByCode('sms', { device: stolen }), 200);
    expect(early.status).toBe('approval-required');

    await registerAfter(ada, reset, new SoftwareAuthenticator());
    answered(await ada.decide(early.approvalId, { decision: 'deny' }), 200);
    expect(answered(await ada.collect(early), 200)).toMatchObject({ status: 'denied' });
    expect((await ada.typesRecorded()).filter((type) => type === 'SignedInByFallback')).toStrictEqual([]);
  });

  it('B1 can’t approve a sign-in from it', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const stolen = { ...PHONE, deviceToken: ada.deviceToken };
    await registerAfter(ada, await passedReset(ada));
    const { approvalId, matchNumber } = await ada.signInOnNewDevice();
    // Even with what only the owner could prove.
    const { token } = await ada.proofFor('approve-sign-in', { approvalId });
    const tried = await ada.decide(approvalId, { decision: 'approve', matchNumber, device: stolen }, token);
    expect(answered(tried, 403)).toStrictEqual(problem(403, 'device-not-trusted'));
  });
});
