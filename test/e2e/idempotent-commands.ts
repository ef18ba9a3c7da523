import { generateSync } from 'otplib';
import { answered, NEW_DEVICE, otherThan, Person, personWithPasskey, PHONE } from '../support/journeys.js';
import { passedReset, requestReset } from '../support/reset-journeys.js';
import type { CallOptions, RunningServer } from '../support/running-server.js';

/** A call that is about to be made, and another body that its key must not be used for. */
export interface PreparedCall {
  readonly person: Person;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly otherBody?: object;
  readonly headers?: CallOptions['headers'];
  /** Events that making it once comes to. */
  readonly records: readonly string[];
}

/** A call below the account's own path. */
function ofAccount(person: Person, path: string): string {
  return `/v1/${person.rp}/accounts/${person.accountId}${path}`;
}

export async function enrolledAt(server: RunningServer, more: object = {}): Promise<Person> {
  const person = new Person(server, 'moomoo');
  await person.enrol(more);
  return person;
}

/** Every command there is, each by what it does, made ready at moomoo. */
export const COMMANDS: Readonly<Record<string, (server: RunningServer) => Promise<PreparedCall>>> = {
  'makes an account': (server) => {
    const person = new Person(server, 'moomoo');
    const body = { email: person.email, totp: { enroll: true } };
    const records = ['AccountEnrolled', 'FactorsChanged'];
    const path = ofAccount(person, '');
    return Promise.resolve({
      person,
      method: 'PUT',
      path,
      body,
      otherBody: { ...body, phone: null },
      records,
    });
  },
  'changes an account': async (server) => {
    const person = await enrolledAt(server);
    const body = { displayName: 'Ada', email: `new.${person.email}` };
    const records = ['FactorsChanged', 'AccountDetailsChanged'];
    return { person, method: 'PUT', path: ofAccount(person, ''), body, otherBody: {}, records };
  },
  'confirms a factor': async (server) => {
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const person = await enrolledAt(server, { totp: { enroll: true } });
    const { totp } = answered<{ totp: { otpauthUrl: string } }>(
      await person.call('PUT', '', { body: { totp: { enroll: true } } }),
      200,
    );
    const ours = new URL(totp.otpauthUrl).searchParams.get('secret') ?? secret;
    const code = generateSync({ secret: ours, epoch: server.clock.now() / 1000 });
    const path = ofAccount(person, '/factors/totp/confirm');
    const otherBody = { code: otherThan(code) };
    return { person, method: 'POST', path, body: { code }, otherBody, records: ['FactorsChanged'] };
  },
  'sends another code to confirm a factor by': async (server) => {
    const person = await enrolledAt(server);
    answered(await person.call('PUT', '', { body: { email: `new.${person.email}` } }), 200);
    const path = ofAccount(person, '/factors/email/confirm');
    return { person, method: 'POST', path, body: {}, otherBody: { code: '000000' }, records: [] };
  },
  'starts a security check': async (server) => {
    const person = await enrolledAt(server);
    const body = { factor: 'sms', purpose: 'bind-passkey' };
    const path = ofAccount(person, '/security-checks');
    const otherBody = { ...body, purpose: 'sign-in' };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'passes a security check': async (server) => {
    const person = await enrolledAt(server);
    const { checkId } = await person.startCheck('bind-passkey');
    const body = { code: person.codeBy('sms') };
    const path = ofAccount(person, `/security-checks/${checkId}/verify`);
    const otherBody = { code: otherThan(body.code) };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckPassed'] };
  },
  "takes the product's word that a factor passed": async (server) => {
    const person = await enrolledAt(server);
    const body = { factor: 'sms', purpose: 'bind-passkey', outcome: 'passed' };
    const path = ofAccount(person, '/security-checks/attest');
    const otherBody = { ...body, outcome: 'failed' };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckPassed'] };
  },
  "takes the product's word that a factor failed": async (server) => {
    const person = await enrolledAt(server);
    const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
    const path = ofAccount(person, '/security-checks/attest');
    const otherBody = { ...body, outcome: 'passed' };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckFailed'] };
  },
  'ends a lock-out': async (server) => {
    const person = await enrolledAt(server);
    for (let time = 0; time < 10; time++) {
      const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
      answered(await person.call('POST', '/security-checks/attest', { body }), 200);
    }
    const path = ofAccount(person, '/unlock');
    return { person, method: 'POST', path, records: ['AccountUnlocked'] };
  },
  'opens the creation of a passkey': async (server) => {
    const person = await enrolledAt(server);
    const grant = await person.grantFor('bind-passkey');
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    const path = ofAccount(person, '/passkeys/registrations');
    const otherBody = { ...body, storage: 'security-key' };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'registers a passkey': async (server) => {
    const person = await enrolledAt(server);
    const started = await person.startRegistration(await person.grantFor('bind-passkey'));
    const body = { ceremonyId: started.ceremonyId, credential: person.create(started) };
    const path = ofAccount(person, '/passkeys');
    const otherBody = { ...body, name: 'Other' };
    const records = ['PasskeyRegistered', 'DeviceTrusted'];
    return { person, method: 'POST', path, body, otherBody, records };
  },
  'renames a passkey': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const path = ofAccount(person, `/passkeys/${person.passkeyId}`);
    const body = { name: 'New' };
    const otherBody = { name: 'Newer' };
    return { person, method: 'PATCH', path, body, otherBody, records: ['PasskeyRenamed'] };
  },
  'removes a passkey': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const { token } = await person.proofFor('remove-passkey', { passkeyId: person.passkeyId });
    const path = ofAccount(person, `/passkeys/${person.passkeyId}`);
    const headers = { 'step-up-token': token };
    return { person, method: 'DELETE', path, headers, records: ['StepUpConsumed', 'PasskeyRemoved'] };
  },
  'opens a sign-in': async (server) => {
    const person = await enrolledAt(server);
    const body = { accountId: person.accountId };
    return { person, method: 'POST', path: '/v1/moomoo/sign-ins', body, otherBody: {}, records: [] };
  },
  'signs in': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const started = await person.startSignIn();
    const credential = person.answer(started);
    const path = `/v1/moomoo/sign-ins/${started.ceremonyId}/verify`;
    const otherBody = { credential: { ...credential, authenticatorAttachment: 'cross-platform' } };
    return { person, method: 'POST', path, body: { credential }, otherBody, records: ['PasskeyUsed'] };
  },
  'opens a step-up': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const body = { action: 'withdraw-funds', parameters: { amount: '1' } };
    const otherBody = { ...body, parameters: { amount: '2' } };
    const path = ofAccount(person, '/step-ups');
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'passes a step-up': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const started = await person.startStepUp('withdraw-funds', { amount: '1' });
    const body = { credential: person.answer(started) };
    const path = ofAccount(person, `/step-ups/${started.stepUpId}/verify`);
    const records = ['PasskeyUsed', 'StepUpPassed'];
    return { person, method: 'POST', path, body, otherBody: {}, records };
  },
  'asks for a reset': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const path = ofAccount(person, '/resets');
    const otherBody = { device: PHONE };
    const records = ['LivenessSubjectLinked', 'LivenessResetRequested'];
    return { person, method: 'POST', path, body: {}, otherBody, records };
  },
  'cancels a reset': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const { resetId } = await requestReset(person);
    const { token } = await person.proofFor('cancel-reset', { resetId });
    const path = ofAccount(person, `/resets/${resetId}/cancel`);
    const records = ['StepUpConsumed', 'LivenessResetCancelled'];
    return { person, method: 'POST', path, headers: { 'step-up-token': token }, records };
  },
  'disputes a reset': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const { resetId } = await passedReset(person);
    const { token } = await person.proofFor('dispute-reset', { resetId });
    const path = ofAccount(person, `/resets/${resetId}/dispute`);
    const records = ['StepUpConsumed', 'LivenessResetDisputed'];
    return { person, method: 'POST', path, headers: { 'step-up-token': token }, records };
  },
  'opens a sign-in by a code': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const body = { accountId: person.accountId, factor: 'sms', device: NEW_DEVICE };
    const otherBody = { ...body, factor: 'password' };
    return { person, method: 'POST', path: '/v1/moomoo/sign-ins/fallback', body, otherBody, records: [] };
  },
  'signs in by a code': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const before = person.codesSentBy('sms');
    const { checkId } = await person.startFallback('sms');
    const body = { code: await person.fallbackCodeBy('sms', before) };
    const path = `/v1/moomoo/sign-ins/fallback/${checkId}/verify`;
    const records = ['SecurityCheckPassed', 'SignedInByFallback'];
    const otherBody = { code: otherThan(body.code) };
    return { person, method: 'POST', path, body, otherBody, records };
  },
  'approves a sign-in': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const { approvalId, matchNumber } = await person.signInOnNewDevice();
    const { token } = await person.proofFor('approve-sign-in', { approvalId });
    const { deviceToken } = person;
    const body = { decision: 'approve', matchNumber, device: { ...PHONE, deviceToken } };
    const path = ofAccount(person, `/sign-in-approvals/${approvalId}`);
    const headers = { 'step-up-token': token };
    const otherBody = { decision: 'deny' };
    const records = ['StepUpConsumed', 'SignInApproved'];
    return { person, method: 'POST', path, body, otherBody, headers, records };
  },
  'denies a sign-in': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const { approvalId } = await person.signInOnNewDevice();
    const path = ofAccount(person, `/sign-in-approvals/${approvalId}`);
    return { person, method: 'POST', path, body: { decision: 'deny' }, records: ['SignInDenied'] };
  },
  'removes a trusted device': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const list = await person.call('GET', `/devices?after=${await person.now()}`);
    const [device] = answered<{ devices: { deviceId: string }[] }>(list, 200).devices;
    const deviceId = device?.deviceId ?? '';
    const { token } = await person.proofFor('remove-device', { deviceId });
    const path = ofAccount(person, `/devices/${deviceId}`);
    const records = ['StepUpConsumed', 'DeviceRemoved'];
    return { person, method: 'DELETE', path, headers: { 'step-up-token': token }, records };
  },
  'makes a link to the Security Center': async (server) => {
    const person = await enrolledAt(server);
    const body = { entryPoint: 'security-center', returnUrl: `${server.origin}/` };
    const path = ofAccount(person, '/portal-links');
    const otherBody = { ...body, returnUrl: `${server.origin}/other` };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'redeems a token': async (server) => {
    const person = await personWithPasskey(server, 'moomoo');
    const action = 'withdraw-funds';
    const parameters = { amount: '1' };
    const { token } = await person.proofFor(action, parameters);
    const body = { token, accountId: person.accountId, action, parameters };
    const path = '/v1/moomoo/tokens/redeem';
    // It names another transaction, so it is refused before its key is looked up.
    return { person, method: 'POST', path, body, records: ['StepUpConsumed'] };
  },
};
