import fc from 'fast-check';
import type { Cause } from '../../src/application/ports/event-codec.js';
import type {
  AccountEvent,
  AccountEventOf,
  AccountEventType,
  ContactFactors,
  FactorChange,
  Proof,
} from '../../src/domain/account/events.js';
import type { Redacted } from '../../src/domain/kernel/event.js';
import { as } from '../../src/domain/kernel/ids.js';
import type { Device } from '../../src/domain/policy/device.js';
import { LANGUAGES } from '../../src/domain/texts/language.js';
import { APP_KINDS, BIOMETRICS, PLATFORMS } from '../../src/domain/policy/device.js';

/** Any event of any type: written from the domain's types, for the schemas are what it tests. */

const record = <T>(model: { [Member in keyof T]: fc.Arbitrary<T[Member]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true });

const allOptional: { noNullPrototype: true; requiredKeys: [] } = { noNullPrototype: true, requiredKeys: [] };
const text = fc.string({ unit: 'binary' });
const id = <Id extends ReturnType<typeof as>>(): fc.Arbitrary<Id> =>
  fc.string({ unit: 'grapheme', minLength: 1 }).map((value) => as<Id>(value));
const binary = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const base64url = <Name extends ReturnType<typeof as>>(): fc.Arbitrary<Name> =>
  binary.map((value) => as<Name>(value));
const count = fc.maxSafeNat();
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const nothing = fc.constant({});

const codeFactor = fc.constantFrom('sms' as const, 'email' as const, 'totp' as const);
const factor = fc.oneof(codeFactor, fc.constant('password' as const));
const purpose = fc.constantFrom(
  'bind-passkey' as const,
  'sign-in' as const,
  'step-up' as const,
  'change-factors' as const,
);
const on = fc.constantFrom('code' as const, 'relying-party-word' as const);

const contacts: fc.Arbitrary<ContactFactors> = fc.record(
  { phone: text, email: text, totpSecret: text },
  allOptional,
);

const device: fc.Arbitrary<Device> = fc.record(
  {
    deviceId: text,
    platform: fc.constantFrom(...PLATFORMS),
    osVersion: text,
    appVersion: text,
    appKind: fc.constantFrom(...APP_KINDS),
    model: text,
    screenLock: fc.boolean(),
    biometrics: fc.subarray([...BIOMETRICS]),
    passwordsApp: fc.boolean(),
    playServices: fc.boolean(),
    passkeyProviders: fc.array(text),
  },
  { noNullPrototype: true, requiredKeys: ['platform'] },
);

const proof: fc.Arbitrary<Proof> = fc.oneof(
  record<Extract<Proof, { kind: 'grant' }>>({ kind: fc.constant('grant'), factor, grantHash: base64url() }),
  record<Extract<Proof, { kind: 'step-up' }>>({ kind: fc.constant('step-up'), stepUpId: id() }),
  record<Extract<Proof, { kind: 'confirmation' }>>({ kind: fc.constant('confirmation'), checkId: id() }),
  record<Extract<Proof, { kind: 'relying-party' }>>({ kind: fc.constant('relying-party') }),
  record<Extract<Proof, { kind: 'not-needed' }>>({ kind: fc.constant('not-needed') }),
);

type Personal<Type extends AccountEventType> = Exclude<AccountEventOf<Type>['personal'], Redacted>;
type Parts<Type extends AccountEventType> = readonly [
  data: fc.Arbitrary<AccountEventOf<Type>['data']>,
  personal: fc.Arbitrary<Personal<Type>>,
];

const parts: { readonly [Type in AccountEventType]: Parts<Type> } = {
  AccountEnrolled: [
    record({ userHandle: base64url(), factors: fc.array(codeFactor) }),
    record({ accountId: id(), displayName: orNull(text), contacts, identifiers: fc.array(text) }),
  ],
  FactorsChanged: [
    record<AccountEventOf<'FactorsChanged'>['data']>({
      changes: fc.array(
        record({
          factor: codeFactor,
          change: fc.constantFrom<FactorChange>('proposed', 'confirmed', 'removed', 'withdrawn'),
        }),
      ),
      factors: fc.array(codeFactor),
      proof,
      securityEpoch: count,
      phoneCoolingOffUntil: orNull(count),
      emailCoolingOffUntil: orNull(count),
      totpStep: orNull(count),
    }),
    record({ contacts, previous: contacts }),
  ],
  AccountDetailsChanged: [nothing, record({ displayName: orNull(text), identifiers: fc.array(text) })],
  FactorDisabled: [record({ factor, failuresInARow: count }), nothing],
  FactorReinstated: [record({ factor, by: fc.constant('admin' as const) }), nothing],
  LocaleChosen: [record({ locale: orNull(fc.constantFrom(...LANGUAGES)) }), nothing],
  LivenessSubjectLinked: [
    record({ provider: text, proof, securityEpoch: orNull(count) }),
    record({ subject: text }),
  ],
  SecurityCheckPassed: [
    record({
      checkId: id(),
      factor,
      purpose,
      stepUpId: orNull(id()),
      grantHash: base64url(),
      grantExpiresAt: count,
      checkExpiresAt: count,
      totpStep: orNull(count),
      on,
    }),
    nothing,
  ],
  SecurityCheckFailed: [
    record({
      checkId: id(),
      factor,
      purpose,
      stepUpId: orNull(id()),
      checkExpiresAt: count,
      wrongGuesses: count,
      failuresInWindow: count,
      on,
    }),
    nothing,
  ],
  AccountLocked: [
    record({ until: count, why: fc.constant('too-many-failures'), failuresInWindow: count }),
    nothing,
  ],
  AccountUnlocked: [
    record({
      by: fc.constant('admin'),
      reason: orNull(fc.constantFrom('too-many-failures', 'reset-disputed')),
    }),
    nothing,
  ],
  PasskeyRegistered: [
    record<AccountEventOf<'PasskeyRegistered'>['data']>({
      passkeyId: id(),
      credentialId: base64url(),
      publicKey: binary,
      algorithm: fc.constantFrom(-7, -8, -257),
      signCount: count,
      aaguid: fc.uuid(),
      transports: fc.subarray(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']),
      backupEligible: fc.boolean(),
      backedUp: fc.boolean(),
      userVerified: fc.boolean(),
      attestation: record({ format: text, trust: fc.constantFrom('none', 'untrusted', 'trusted') }),
      capabilities: fc.subarray(['cross-device', 'scan', ...BIOMETRICS]),
      grantHash: orNull(base64url()),
      resetId: orNull(id()),
      vouchedBy: orNull(id()),
      ceremonyId: id(),
      entryPoint: text,
      sensitiveActionsFrom: count,
    }),
    record({ name: text, device }),
  ],
  PasskeyRenamed: [record({ passkeyId: id() }), record({ name: text, previousName: text })],
  PasskeyUsed: [
    record({
      passkeyId: id(),
      ceremonyId: id(),
      ceremonyExpiresAt: count,
      purpose: fc.constantFrom('sign-in', 'step-up', 'dispute-reset'),
      signCount: count,
      backedUp: fc.boolean(),
      sessionId: orNull(id()),
      deviceId: orNull(id()),
    }),
    record({ device: orNull(device) }),
  ],
  PasskeyCloneSuspected: [
    record({
      passkeyId: id(),
      storedCount: count,
      receivedCount: count,
      consequence: fc.constantFrom('flagged', 'suspended'),
    }),
    nothing,
  ],
  PasskeyRemoved: [
    record({ passkeyId: id(), why: fc.constantFrom('user', 'admin', 'reset', 'account-erased') }),
    nothing,
  ],
  StepUpPassed: [
    record<AccountEventOf<'StepUpPassed'>['data']>({
      stepUpId: id(),
      ceremonyId: orNull(id()),
      action: text,
      transactionDigest: binary,
      methods: fc.array(fc.oneof(fc.constant('passkey' as const), factor)),
      passkeyId: orNull(id()),
      grantHash: orNull(base64url()),
      singleUse: fc.boolean(),
      expiresAt: count,
      deviceId: orNull(id()),
    }),
    nothing,
  ],
  StepUpDenied: [
    record({
      stepUpId: id(),
      action: text,
      reason: fc.constantFrom('cooling-off', 'passkey-too-new', 'locked'),
      until: count,
    }),
    nothing,
  ],
  StepUpConsumed: [record({ stepUpId: id() }), nothing],
  LivenessResetRequested: [
    record({
      resetId: id(),
      provider: text,
      attempt: count,
      level: text,
      secretHash: base64url(),
      expiresAt: count,
    }),
    record({ subject: text }),
  ],
  LivenessAttemptFailed: [
    record({ resetId: id(), provider: text, attempt: count }),
    record({ evidenceId: text }),
  ],
  LivenessResetCancelled: [
    record({
      resetId: id(),
      provider: text,
      attempt: count,
      reason: fc.constantFrom('old-passkey', 'dispute'),
      stepUpId: id(),
    }),
    nothing,
  ],
  LivenessResetRejected: [
    record({
      resetId: id(),
      provider: text,
      attempt: count,
      reason: fc.constantFrom('final', 'attempts-used-up'),
    }),
    record({ evidenceId: text }),
  ],
  LivenessResetExpired: [
    record({ resetId: id(), provider: text, attempt: count, reason: fc.constantFrom('time', 'provider') }),
    nothing,
  ],
  LivenessResetCompleted: [
    record({
      resetId: id(),
      provider: text,
      attempt: count,
      faceMatched: fc.boolean(),
      removedPasskeyIds: fc.array(id()),
      windowUntil: count,
      coolingOffUntil: count,
      securityEpoch: count,
    }),
    record({ evidenceId: text }),
  ],
  LivenessResetDisputed: [
    record({
      resetId: id(),
      provider: text,
      reason: fc.constant('old-passkey'),
      stepUpId: id(),
      removedPasskeyIds: fc.array(id()),
      securityEpoch: count,
    }),
    nothing,
  ],
  PasskeyVerificationFailed: [
    record({ passkeyId: orNull(id()), purpose: fc.constantFrom('sign-in', 'step-up'), reason: text }),
    nothing,
  ],
  SignedInByFallback: [
    record({ factor, grantHash: base64url(), sessionId: id(), deviceId: orNull(id()) }),
    record({ device: orNull(device) }),
  ],
  SignInApprovalRequested: [
    record<AccountEventOf<'SignInApprovalRequested'>['data']>({
      approvalId: id(),
      secretHash: base64url(),
      deviceId: id(),
      sessionId: id(),
      method: fc.oneof(fc.constant('passkey' as const), factor),
      passkeyId: orNull(id()),
      grantHash: orNull(base64url()),
      expiresAt: count,
    }),
    record({ device: orNull(device) }),
  ],
  SignInNumberMismatched: [record({ approvalId: id(), wrongNumbers: count }), nothing],
  SignInApproved: [
    record({
      approvalId: id(),
      by: fc.constantFrom('trusted-device', 'recovery'),
      deviceId: orNull(id()),
      stepUpId: orNull(id()),
      collectBy: count,
    }),
    nothing,
  ],
  SignInDenied: [record({ approvalId: id(), why: fc.constantFrom('user', 'wrong-numbers') }), nothing],
  SignInApprovalExpired: [record({ approvalId: id() }), nothing],
  SignInRecoveryStarted: [
    record({
      approvalId: id(),
      factor,
      grantHash: base64url(),
      approvedFrom: count,
      collectBy: count,
    }),
    nothing,
  ],
  DeviceTrusted: [
    record({
      deviceId: id(),
      tokenHash: base64url(),
      why: fc.constantFrom('first-passkey', 'only-device', 'approved'),
      approvalId: orNull(id()),
      sessionId: orNull(id()),
    }),
    record({ device: orNull(device) }),
  ],
  DeviceRemoved: [
    record({
      deviceId: id(),
      why: fc.constantFrom('user', 'replaced'),
      endedSessions: fc.array(id()),
    }),
    nothing,
  ],
  AccountErased: [record({ receiptId: id(), securityEpoch: count }), nothing],
};

export const ACCOUNT_EVENT_TYPES = Object.keys(parts) as readonly AccountEventType[];

export function arbitraryEvent(type: AccountEventType): fc.Arbitrary<AccountEvent> {
  const [data, personal]: readonly [fc.Arbitrary<object>, fc.Arbitrary<object>] = parts[type];
  return record({ type: fc.constant(type), at: count, data, personal }) as fc.Arbitrary<AccountEvent>;
}

export const arbitraryCause: fc.Arbitrary<Cause> = record({
  correlationId: fc.string({ minLength: 1 }),
  causationId: fc.string({ minLength: 1 }),
  actor: fc.constantFrom('client', 'user', 'admin', 'system', 'liveness-provider'),
  endUser: fc.record({ address: text, agent: text }, allOptional),
});

/** A stream and an event id. */
export const arbitraryPlace: fc.Arbitrary<{ stream: string; eventId: string }> = record({
  stream: fc.string({ minLength: 1 }).map((subject) => `account-mpchat.${subject}`),
  eventId: fc.uuid(),
});
