import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApprovalRequired, Collected, Person } from '../support/journeys.js';
import { answered, NEW_DEVICE, personWithPasskey, PHONE, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { eventually } from '../support/eventually.js';
import { runServer } from '../support/running-server.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const otherNumber = (matchNumber: string): string => (matchNumber === '10' ? '11' : '10');
const claimsOf = (token = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

async function openApprovals(person: Person): Promise<readonly { approvalId: string }[]> {
  const path = `/sign-in-approvals?status=open&after=${await person.now()}`;
  return answered<{ approvals: { approvalId: string }[] }>(await person.call('GET', path), 200).approvals;
}

async function devicesOf(person: Person): Promise<readonly { deviceId: string; name: string | null }[]> {
  const list = await person.call('GET', `/devices?after=${await person.now()}`);
  return answered<{ devices: { deviceId: string; name: string | null }[] }>(list, 200).devices;
}

describe('F11 the first sign-in on a new device at moomoo', () => {
  it('waits for a trusted device, where the number that it shows is typed', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    expect(asked).toStrictEqual({
      status: 'approval-required',
      accountId: ada.accountId,
      passkeyId: ada.passkeyId,
      approvalId: expect.any(String),
      approvalSecret: expect.any(String),
      matchNumber: expect.stringMatching(/^[1-9]\d$/),
      expiresAt: server.clock.in(5 * MINUTE),
      signals: expect.any(Object),
      position: expect.any(String),
    });
    expect(await openApprovals(ada)).toStrictEqual([
      {
        approvalId: asked.approvalId,
        status: 'open',
        device: { name: 'MacBook Pro (16-inch, 2021)', platform: 'macos', osVersion: '15.1' },
        method: 'passkey',
        requestedAt: server.clock.in(0),
        approvedFrom: null,
        expiresAt: server.clock.in(5 * MINUTE),
      },
    ]);
    expect(answered<Collected>(await ada.collect(asked), 200)).toStrictEqual({
      status: 'open',
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });

    const approved = answered(await ada.approve(asked), 200);
    expect(approved).toStrictEqual({
      approvalId: asked.approvalId,
      status: 'approved',
      position: expect.any(String),
    });
    const collected = answered<Collected>(await ada.collect(asked), 200);
    expect(collected).toStrictEqual({
      status: 'approved',
      accountId: ada.accountId,
      token: expect.any(String),
      deviceToken: expect.any(String),
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });
    expect(claimsOf(collected.token)).toMatchObject({ acr: 'phr', amr: ['pop'], sub: ada.accountId });
    expect((await ada.typesRecorded()).slice(4)).toStrictEqual([
      'PasskeyUsed',
      'SignInApprovalRequested',
      'PasskeyUsed',
      'StepUpPassed',
      'StepUpConsumed',
      'SignInApproved',
      'DeviceTrusted',
    ]);
    expect((await devicesOf(ada)).map(({ name }) => name)).toStrictEqual([
      expect.stringMatching(/^iPhone.+15.+Pro$/u),
      'MacBook Pro (16-inch, 2021)',
    ]);

    // From now on it is a trusted one itself, and finds itself in the list.
    const { deviceToken } = collected;
    for (const [shown, current] of [
      [deviceToken, [false, true]],
      ['of nobody', [false, false]],
    ] as const) {
      const list = await ada.call('GET', '/devices', { headers: { 'device-token': shown ?? '' } });
      expect(
        answered<{ devices: { current: boolean }[] }>(list, 200).devices.map((each) => each.current),
      ).toStrictEqual(current);
    }
    const again = await ada.signIn({ device: { ...NEW_DEVICE, deviceToken } });
    expect(again).toMatchObject({ status: 'signed-in' });
    const next = await ada.signInOnNewDevice();
    const { token } = await ada.proofFor('approve-sign-in', { approvalId: next.approvalId });
    const { matchNumber } = next;
    const byIt = { decision: 'approve', matchNumber, device: { ...NEW_DEVICE, deviceToken } };
    answered(await ada.decide(next.approvalId, byIt, token), 200);
  });

  it('is asked for by nobody at mpchat, whose policy has it so', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    expect(await ada.signIn({ device: NEW_DEVICE })).toMatchObject({ status: 'signed-in' });
    expect(await openApprovals(ada)).toStrictEqual([]);
  });

  it('waits no less where it was proven by a code or a password', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = answered<ApprovalRequired>(await ada.signInByCode('sms', { device: NEW_DEVICE }), 200);
    expect(asked).toMatchObject({ status: 'approval-required', accountId: ada.accountId });
    answered(await ada.approve(asked), 200);
    const { token } = answered<Collected>(await ada.collect(asked), 200);
    expect(claimsOf(token)).toMatchObject({ acr: 'code', amr: ['sms'], device_id: expect.any(String) });
  });

  it('is approved on a trusted device only, with a fresh proof that names it', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { approvalId, matchNumber } = await ada.signInOnNewDevice();
    const approval = { decision: 'approve', matchNumber };
    expect(answered(await ada.decide(approvalId, approval), 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'approve-sign-in', parameters: { approvalId } }),
    );
    const other = await ada.proofFor('approve-sign-in', { approvalId: 'another' });
    answered(await ada.decide(approvalId, approval, other.token), 403);
    const { token } = await ada.proofFor('approve-sign-in', { approvalId });
    for (const device of [NEW_DEVICE, { ...PHONE, deviceToken: 'made up' }]) {
      expect(answered(await ada.decide(approvalId, { ...approval, device }, token), 403)).toStrictEqual(
        problem(403, 'device-not-trusted'),
      );
    }
    answered(await ada.decide(approvalId, approval, token), 200);
  });

  it('takes a proof that was asked for on the trusted device in place of its token', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { approvalId, matchNumber } = await ada.signInOnNewDevice();
    const device = { ...PHONE, deviceToken: ada.deviceToken };
    const started = await ada.startStepUp('approve-sign-in', { approvalId }, { device });
    const passed = await ada.passStepUp(started.stepUpId, { credential: ada.answer(started) });
    const { token } = answered<{ token: string }>(passed, 200);
    const bare = { decision: 'approve', matchNumber: Number(matchNumber), device: NEW_DEVICE };
    answered(await ada.decide(approvalId, bare, token), 200);
  });

  it('is denied by the third wrong number, and then none is asked for during the pause', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    const { token } = await ada.proofFor('approve-sign-in', { approvalId: asked.approvalId });
    const wrong = { decision: 'approve', matchNumber: otherNumber(asked.matchNumber) };
    for (const triesLeft of [2, 1, 0]) {
      const refused = await ada.decide(asked.approvalId, wrong, token);
      expect(answered(refused, 422)).toStrictEqual(problem(422, 'wrong-number', { triesLeft }));
    }
    const late = await ada.decide(
      asked.approvalId,
      { decision: 'approve', matchNumber: asked.matchNumber },
      token,
    );
    expect(answered(late, 409)).toStrictEqual(problem(409, 'approval-decided'));
    expect(answered<Collected>(await ada.collect(asked), 200).status).toBe('denied');

    const started = await ada.startSignIn({ device: NEW_DEVICE });
    const paused = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    const until = server.clock.in(15 * MINUTE);
    expect(answered(paused, 403)).toStrictEqual(problem(403, 'approval-paused', { until }));
    // The trusted device itself is not held up.
    await ada.signIn();
    server.clock.advance(15 * MINUTE);
    await ada.signInOnNewDevice();
  });

  it('is denied without a proof, also when it was approved and not yet collected', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    answered(await ada.approve(asked), 200);
    answered(await ada.decide(asked.approvalId, { decision: 'deny' }), 200);
    expect(answered<Collected>(await ada.collect(asked), 200)).toStrictEqual({
      status: 'denied',
      expiresAt: expect.any(String),
      position: expect.any(String),
    });
  });

  it('is one at a time, and over after five minutes', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    const started = await ada.startSignIn({ device: NEW_DEVICE });
    const second = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    const until = server.clock.in(5 * MINUTE);
    expect(answered(second, 409)).toStrictEqual(problem(409, 'approval-pending', { until }));
    const { token } = await ada.proofFor('approve-sign-in', { approvalId: asked.approvalId });
    server.clock.advance(5 * MINUTE - 1);
    expect(await openApprovals(ada)).toHaveLength(1);
    server.clock.advance(1);
    expect(await openApprovals(ada)).toStrictEqual([]);
    const late = { decision: 'approve', matchNumber: asked.matchNumber };
    expect(answered(await ada.decide(asked.approvalId, late, token), 410)).toStrictEqual(
      problem(410, 'approval-expired'),
    );
    expect(answered<Collected>(await ada.collect(asked), 200).status).toBe('expired');
    // Nothing hangs on it, but whoever reads the history is told.
    await eventually(async () => (await ada.typesRecorded()).includes('SignInApprovalExpired'));
    await ada.signInOnNewDevice();
  });

  it('is collected with its own secret, once, whoever asks at the same moment', async () => {
    const [ada, eve] = [await personWithPasskey(server, 'moomoo'), await personWithPasskey(server, 'moomoo')];
    const asked = await ada.signInOnNewDevice();
    const others = await eve.signInOnNewDevice();
    answered(await ada.approve(asked), 200);
    for (const approvalSecret of [others.approvalSecret, 'made up', '%']) {
      const refused = await ada.collect({ ...asked, approvalSecret });
      expect(answered(refused, 404)).toStrictEqual(problem(404, 'approval-not-found'));
    }
    answered(await eve.collect(asked), 404);
    const path = `/v1/moomoo/sign-in-approvals/${asked.approvalId}`;
    answered(await server.call('GET', path), 400);
    const collected = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        index % 2 === 0
          ? ada.collect(asked)
          : server.call('GET', path, { headers: { 'approval-secret': asked.approvalSecret } }),
      ),
    );
    const bodies = collected.map((answer) => answered<Collected>(answer, 200));
    expect(bodies.filter(({ token }) => token !== undefined)).toHaveLength(1);
    expect(bodies.map(({ status }) => status).sort()).toStrictEqual([
      'approved',
      ...Array<string>(5).fill('collected'),
    ]);
  });

  it('is asked for once by two who sign in at the same moment', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const starts = await Promise.all([1, 2].map(() => ada.startSignIn({ device: NEW_DEVICE })));
    const answers = await Promise.all(
      starts.map((started) => ada.finishSignIn(started.ceremonyId, ada.answer(started))),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 409]);
    expect(await openApprovals(ada)).toHaveLength(1);
  });

  it('is decided once, by two who approve or one who denies at the same moment', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    const { approvalId, matchNumber } = asked;
    const proofs = [
      await ada.proofFor('approve-sign-in', { approvalId }),
      await ada.proofFor('approve-sign-in', { approvalId }),
    ];
    const decisions = await Promise.all(
      proofs.map(({ token }) => ada.decide(approvalId, { decision: 'approve', matchNumber }, token)),
    );
    expect(decisions.map(({ status }) => status).sort()).toStrictEqual([200, 409]);

    const [collected, denied] = await Promise.all([
      ada.collect(asked),
      ada.decide(approvalId, { decision: 'deny' }),
    ]);
    const { token } = answered<Collected>(collected, 200);
    expect([denied.status, token === undefined]).toStrictEqual(
      denied.status === 200 ? [200, true] : [409, false],
    );
  });
});

describe('F11 a trusted device', () => {
  it('is removed with a fresh proof, and what was signed in on it ends at once', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    answered(await ada.approve(asked), 200);
    const { token = '', deviceToken } = answered<Collected>(await ada.collect(asked), 200);
    const own = await ada.signIn();
    const deviceId = claimsOf(token)['device_id'] as string;
    expect(answered(await ada.introspect({ token }), 200)).toMatchObject({ active: true });

    expect(answered(await ada.call('DELETE', `/devices/${deviceId}`), 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'remove-device', parameters: { deviceId } }),
    );
    const proof = await ada.proofFor('remove-device', { deviceId });
    const headers = { 'step-up-token': proof.token };
    answered(await ada.call('DELETE', '/devices/another', { headers }), 404);
    const removed = await ada.call('DELETE', `/devices/${deviceId}`, { headers });
    expect(answered(removed, 200)).toStrictEqual({
      endedSessions: [claimsOf(token)['sid']],
      position: expect.any(String),
    });
    expect(answered(await ada.introspect({ token }), 200)).toStrictEqual({ active: false });
    expect(answered(await ada.introspect({ token: own.token }), 200)).toMatchObject({ active: true });
    expect(await devicesOf(ada)).toHaveLength(1);
    const started = await ada.startSignIn({ device: { ...NEW_DEVICE, deviceToken } });
    const again = await ada.finishSignIn(started.ceremonyId, ada.answer(started));
    expect(answered(again, 200)).toMatchObject({ status: 'approval-required' });
  });

  it('is the next one that a passkey signs in on, where none is left', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const [only] = await devicesOf(ada);
    const deviceId = only?.deviceId ?? '';
    const proof = await ada.proofFor('remove-device', { deviceId });
    answered(
      await ada.call('DELETE', `/devices/${deviceId}`, { headers: { 'step-up-token': proof.token } }),
      200,
    );
    // A code alone does not begin anew.
    const byCode = await ada.signInByCode('sms', { device: NEW_DEVICE });
    expect(answered(byCode, 200)).toMatchObject({ status: 'approval-required' });
    const signedIn = await ada.signIn({ device: NEW_DEVICE });
    expect(signedIn).toMatchObject({ status: 'signed-in', deviceToken: expect.any(String) });
    expect(await devicesOf(ada)).toHaveLength(1);
  });
});

describe('F11 every trusted device is lost', () => {
  const recover = (ada: Person, asked: ApprovalRequired, grant: string) =>
    ada.call('POST', `/sign-in-approvals/${asked.approvalId}/recovery`, {
      headers: { 'approval-secret': asked.approvalSecret },
      body: { grant },
    });

  it('is made up for by another factor and a day in which it can be denied', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = await ada.signInOnNewDevice();
    const recovering = answered(await recover(ada, asked, await ada.grantFor('sign-in')), 200);
    expect(recovering).toStrictEqual({
      status: 'recovering',
      approvedFrom: server.clock.in(24 * HOUR),
      expiresAt: server.clock.in(48 * HOUR),
      position: expect.any(String),
    });
    expect(await openApprovals(ada)).toMatchObject([{ status: 'recovering' }]);
    server.clock.advance(24 * HOUR - 1);
    expect(answered(await ada.collect(asked), 200)).toMatchObject({ status: 'recovering' });
    server.clock.advance(1);
    const collected = answered<Collected>(await ada.collect(asked), 200);
    expect(collected).toMatchObject({ status: 'approved', token: expect.any(String) });
    // When the passkey was seen is not made younger by the wait.
    const { auth_time: authenticated, exp } = claimsOf(collected.token) as Record<string, number>;
    expect((exp ?? 0) - (authenticated ?? 0)).toBe(25 * 3600);
    expect((await ada.typesRecorded()).slice(-3)).toStrictEqual([
      'SignInRecoveryStarted',
      'SignInApproved',
      'DeviceTrusted',
    ]);
  });

  it('is not made up for by the factor that carried the sign-in, nor against the word of a trusted device', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const asked = answered<ApprovalRequired>(await ada.signInByCode('sms', { device: NEW_DEVICE }), 200);
    const same = await recover(ada, asked, await ada.grantFor('sign-in'));
    expect(answered(same, 409)).toStrictEqual(problem(409, 'factor-in-use'));
    const body = { factor: 'password', purpose: 'sign-in', outcome: 'passed' };
    const attested = await ada.call('POST', '/security-checks/attest', { body });
    answered(await recover(ada, asked, answered<{ grant: string }>(attested, 200).grant), 200);
    answered(await ada.decide(asked.approvalId, { decision: 'deny' }), 200);
    server.clock.advance(24 * HOUR);
    expect(answered<Collected>(await ada.collect(asked), 200).status).toBe('denied');
  });
});
