import { expect } from '@jest/globals';
import type { CreationOptions, RequestOptions } from '../../src/application/ports/webauthn.js';
import type { Answer, CallOptions, RunningServer } from './running-server.js';
import type { AuthenticatorSettings } from './software-authenticator.js';
import { eventually } from './eventually.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

export const PRODUCTS = ['mpchat', 'moomoo'] as const;
export type Product = (typeof PRODUCTS)[number];

/** Devices that either product's floor lets through. */
export const PHONE = {
  platform: 'ios',
  osVersion: '18.1',
  appVersion: '99.0.0',
  appKind: 'mobile',
  model: 'iPhone16,1',
  screenLock: true,
  biometrics: ['face'],
} as const;
export const BROWSER = { platform: 'web', appKind: 'web' } as const;
/** One that holds no device token, whatever its owner holds. */
export const NEW_DEVICE = {
  platform: 'macos',
  osVersion: '15.1',
  appKind: 'desktop',
  model: 'MacBookPro18,1',
  deviceToken: undefined,
} as const;

export interface Position {
  readonly position: string;
}
export interface Enrolled extends Position {
  readonly accountId: string;
  readonly userHandle: string;
  readonly factors: readonly { factor: string; destination: string; confirmed: boolean }[];
  readonly totp?: { readonly otpauthUrl: string };
}
export interface Check extends Position {
  readonly checkId: string;
  readonly factor: string;
  readonly destination: string;
  readonly expiresAt: string;
}
export interface Registration extends Position {
  readonly ceremonyId: string;
  readonly publicKey: CreationOptions;
  readonly expiresAt: string;
}
export interface Registered extends Position {
  readonly deviceToken?: string;
  readonly passkey: { readonly passkeyId: string; readonly name: string };
}
export interface SignIn {
  readonly ceremonyId: string;
  readonly publicKey: RequestOptions;
  readonly expiresAt: string;
}
export interface SignedIn extends Position {
  readonly accountId: string;
  readonly passkeyId: string;
  readonly token: string;
}
export interface ApprovalRequired extends Position {
  readonly status: 'approval-required';
  readonly accountId: string;
  readonly approvalId: string;
  readonly approvalSecret: string;
  readonly matchNumber: string;
  readonly expiresAt: string;
}
export interface Collected extends Position {
  readonly status: string;
  readonly accountId?: string;
  readonly token?: string;
  readonly deviceToken?: string;
  readonly expiresAt: string;
}
export interface StepUp extends SignIn, Position {
  readonly stepUpId: string;
  readonly methods: readonly (readonly string[])[];
  readonly approves: string;
}
export interface Proof extends Position {
  readonly token: string;
  readonly expiresAt: string;
}
export interface HistoryEntry {
  readonly revision: number;
  readonly type: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type Factor = 'sms' | 'email' | 'totp';
type Parameters = Readonly<Record<string, unknown>>;

/** The body of an answer with this status; fails with the whole answer otherwise. */
export function answered<Body = unknown>(answer: Answer, status: number): Body {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.body as Body;
}

/** What a refusal looks like as a whole: RFC 9457 with our code, and the details that belong to it. */
export function problem(status: number, code: string, details: object = {}): object {
  return {
    type: `/docs/errors#${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code,
    ...details,
  };
}

/** What a refusal adds for the holder of a passkey that really answered. */
export function diagnosed(code: string, signals?: object): object {
  return {
    diagnosis: { code, meaning: expect.any(String), next: expect.any(Array) },
    otherCauses: [],
    alternatives: expect.any(Array),
    ...(signals && { signals }),
  };
}

let people = 0;

/** One person with an account at a product, a phone, a mailbox and an authenticator; and the product's backend. */
export class Person {
  readonly accountId: string;
  readonly phone: string;
  readonly email: string;
  /** Of the device that made the first passkey, which is the one that is signed in on unless another is named. */
  deviceToken: string | undefined;

  constructor(
    readonly server: RunningServer,
    readonly rp: Product,
    readonly authenticator = new SoftwareAuthenticator(),
  ) {
    people += 1;
    const number = String(people).padStart(4, '0');
    this.accountId = `person-${number}`;
    this.phone = `+861851234${number}`;
    this.email = `person.${number}@example.com`;
  }

  /** A call about the account. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return this.server.call(
      method,
      `/v1/${this.rp}/accounts/${encodeURIComponent(this.accountId)}${path}`,
      options,
    );
  }

  /** A call of the product that names no account in its path. */
  callProduct(method: string, path: string, options?: CallOptions): Promise<Answer> {
    return this.server.call(method, `/v1/${this.rp}${path}`, options);
  }

  async enrol(more: object = {}): Promise<Enrolled> {
    const body = { phone: this.phone, email: this.email, ...more };
    return answered(await this.call('PUT', '', { body }), 201);
  }

  async startCheck(purpose: string, factor: Factor = 'sms', stepUpId?: string): Promise<Check> {
    const body = { factor, purpose, ...(stepUpId !== undefined && { stepUpId }) };
    return answered(await this.call('POST', '/security-checks', { body }), 201);
  }

  /** The code that was sent last. */
  codeBy(factor: 'sms' | 'email'): string {
    const to = factor === 'sms' ? this.phone : this.email;
    const code = this.server.messagesTo(to).find((message) => message.code !== undefined)?.code;
    if (code === undefined) throw new Error(`no code was sent by ${factor}`);
    return code;
  }

  enter(checkId: string, code: string, options: CallOptions = {}): Promise<Answer> {
    return this.call('POST', `/security-checks/${checkId}/verify`, { ...options, body: { code } });
  }

  async grantFor(purpose: string, factor: 'sms' | 'email' = 'sms', stepUpId?: string): Promise<string> {
    const { checkId } = await this.startCheck(purpose, factor, stepUpId);
    return answered<{ grant: string }>(await this.enter(checkId, this.codeBy(factor)), 200).grant;
  }

  async startRegistration(grant: string, options: CallOptions = {}): Promise<Registration> {
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    return answered(await this.call('POST', '/passkeys/registrations', { ...options, body }), 201);
  }

  /** What the authenticator makes of creation options. */
  create({ publicKey }: Registration, authenticator = this.authenticator): object {
    return authenticator.create(publicKey, { origin: this.server.origin });
  }

  register(ceremonyId: string, credential: object, name?: string): Promise<Answer> {
    const body = { ceremonyId, credential, ...(name !== undefined && { name }) };
    return this.call('POST', '/passkeys', { body });
  }

  /** From a code by SMS to a passkey. */
  async addPasskey(
    name?: string,
    authenticator = this.authenticator,
    headers: CallOptions['headers'] = {},
  ): Promise<Registered> {
    const started = await this.startRegistration(await this.grantFor('bind-passkey'), { headers });
    const registered = answered<Registered>(
      await this.register(started.ceremonyId, this.create(started, authenticator), name),
      201,
    );
    this.deviceToken ??= registered.deviceToken;
    return registered;
  }

  async startSignIn(body: object = {}): Promise<SignIn> {
    const device = this.deviceOf(body);
    return answered(await this.callProduct('POST', '/sign-ins', { body: { ...body, ...device } }), 201);
  }

  private deviceOf(body: { readonly device?: object }): object {
    if (this.deviceToken === undefined) return {};
    return { device: { deviceToken: this.deviceToken, ...(body.device ?? BROWSER) } };
  }

  async startFallback(factor: string, body: object = {}): Promise<{ checkId: string; expiresAt: string }> {
    const named = { accountId: this.accountId, factor, ...body, ...this.deviceOf(body) };
    return answered(await this.callProduct('POST', '/sign-ins/fallback', { body: named }), 202);
  }

  finishFallback(checkId: string, shown: object, options: CallOptions = {}): Promise<Answer> {
    const path = `/sign-ins/fallback/${checkId}/verify`;
    return this.callProduct('POST', path, { ...options, body: shown });
  }

  /** Codes alone: notices come when they come. */
  codesSentBy(factor: 'sms' | 'email'): number {
    const to = factor === 'sms' ? this.phone : this.email;
    return this.server.messagesTo(to).filter(({ purpose }) => purpose === 'code').length;
  }

  /** The code of the fallback that was started last, as soon as it is sent: nobody waits for that. */
  async fallbackCodeBy(factor: 'sms' | 'email', sentBefore: number): Promise<string> {
    await eventually(() => this.codesSentBy(factor) > sentBefore);
    return this.codeBy(factor);
  }

  /** Signs in by a code, on the device named. */
  async signInByCode(factor: 'sms' | 'email', body: object = {}): Promise<Answer> {
    const before = this.codesSentBy(factor);
    const { checkId } = await this.startFallback(factor, body);
    return this.finishFallback(checkId, { code: await this.fallbackCodeBy(factor, before) });
  }

  /** Signs in by the passkey on a device that holds no token. */
  async signInOnNewDevice(): Promise<ApprovalRequired> {
    const started = await this.startSignIn({ device: NEW_DEVICE });
    return answered(await this.finishSignIn(started.ceremonyId, this.answer(started)), 200);
  }

  /** What the new device is told of its sign-in. */
  collect({ approvalId, approvalSecret }: ApprovalRequired, options: CallOptions = {}): Promise<Answer> {
    const headers = { 'approval-secret': approvalSecret, ...options.headers };
    return this.call('GET', `/sign-in-approvals/${approvalId}`, { ...options, headers });
  }

  /** Decides on the trusted device, with a proof where one is shown. */
  decide(approvalId: string, body: object, token?: string, options: CallOptions = {}): Promise<Answer> {
    const device = { ...PHONE, deviceToken: this.deviceToken };
    return this.call('POST', `/sign-in-approvals/${approvalId}`, {
      body: { device, ...body },
      headers: { ...options.headers, ...(token !== undefined && { 'step-up-token': token }) },
    });
  }

  async approve({ approvalId, matchNumber }: ApprovalRequired): Promise<Answer> {
    const { token } = await this.proofFor('approve-sign-in', { approvalId });
    return this.decide(approvalId, { decision: 'approve', matchNumber }, token);
  }

  /** What the authenticator answers to request options. */
  answer({ publicKey }: { readonly publicKey: RequestOptions }, authenticator = this.authenticator): object {
    return authenticator.get(publicKey, { origin: this.server.origin });
  }

  finishSignIn(ceremonyId: string, credential: object, options: CallOptions = {}): Promise<Answer> {
    return this.callProduct('POST', `/sign-ins/${ceremonyId}/verify`, { ...options, body: { credential } });
  }

  async signIn(body: object = {}): Promise<SignedIn> {
    const started = await this.startSignIn(body);
    return answered(await this.finishSignIn(started.ceremonyId, this.answer(started)), 200);
  }

  async startStepUp(action: string, parameters: Parameters = {}, more: object = {}): Promise<StepUp> {
    const body = { action, parameters, ...more };
    return answered(await this.call('POST', '/step-ups', { body }), 201);
  }

  passStepUp(stepUpId: string, body: object, options: CallOptions = {}): Promise<Answer> {
    return this.call('POST', `/step-ups/${stepUpId}/verify`, { ...options, body });
  }

  /** Proves an action by the passkey, and by a code where that is asked for. */
  async proofFor(action: string, parameters: Parameters = {}, second?: 'sms' | 'email'): Promise<Proof> {
    const started = await this.startStepUp(action, parameters);
    const grant =
      second === undefined ? {} : { grant: await this.grantFor('step-up', second, started.stepUpId) };
    const passed = await this.passStepUp(started.stepUpId, { credential: this.answer(started), ...grant });
    return answered(passed, 200);
  }

  redeem(token: string, action: string, parameters: Parameters, options: CallOptions = {}): Promise<Answer> {
    const body = { token, accountId: this.accountId, action, parameters };
    return this.callProduct('POST', '/tokens/redeem', { ...options, body });
  }

  introspect(body: object): Promise<Answer> {
    return this.callProduct('POST', '/tokens/introspect', { body });
  }

  /** A position that sees everything that was answered so far: of a change that changes nothing. */
  async now(): Promise<string> {
    return answered<Position>(await this.call('PUT', '', { body: {} }), 200).position;
  }

  async passkeys(): Promise<readonly Registered['passkey'][]> {
    const list = await this.call('GET', `/passkeys?after=${await this.now()}`);
    return answered<{ passkeys: readonly Registered['passkey'][] }>(list, 200).passkeys;
  }

  async history(): Promise<readonly HistoryEntry[]> {
    const read = await this.call('GET', `/history?after=${await this.now()}`);
    return answered<{ events: readonly HistoryEntry[] }>(read, 200).events;
  }

  async typesRecorded(): Promise<readonly string[]> {
    return (await this.history()).map(({ type }) => type);
  }
}

/** A person who is enrolled and has a passkey. */
export async function personWithPasskey(
  server: RunningServer,
  rp: Product,
  settings?: AuthenticatorSettings,
): Promise<Person & { readonly passkeyId: string }> {
  const person = new Person(server, rp, new SoftwareAuthenticator(settings));
  await person.enrol();
  const { passkey } = await person.addPasskey();
  return Object.assign(person, { passkeyId: passkey.passkeyId });
}

/** A wrong code, whatever the right one is. */
export function otherThan(code: string): string {
  return code === '000000' ? '000001' : '000000';
}
