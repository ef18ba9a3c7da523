import * as fc from 'fast-check';
import type { AccountEvent, AccountEventType, CodeFactor } from '../../src/domain/account/events.js';
import type { ApprovalId, DeviceId, PasskeyId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { EVERY_TYPE, sample } from './account-events.js';

/** An event and whose it is. */
export interface Happening {
  readonly subject: string;
  readonly event: AccountEvent;
}

const SUBJECTS = ['ann', 'ben', 'cho'];

const step = fc.record({
  subject: fc.constantFrom(...SUBJECTS),
  type: fc.constantFrom(...EVERY_TYPE.filter((type) => type !== 'AccountEnrolled')),
  passkey: fc.nat(),
  factor: fc.constantFrom<CodeFactor>('sms', 'email', 'totp'),
  change: fc.constantFrom('proposed', 'confirmed', 'removed'),
  entryPoint: fc.constantFrom('wallet-onboarding', 'security-center'),
  text: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
  flag: fc.boolean(),
});
const OF_A_PASSKEY: readonly AccountEventType[] = [
  'PasskeyRenamed',
  'PasskeyUsed',
  'PasskeyCloneSuspected',
  'PasskeyRemoved',
];

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What may have happened to three accounts, one event after the other, each possible after those before it. */
export const histories: fc.Arbitrary<readonly Happening[]> = fc
  .array(step, { maxLength: 60 })
  .map((steps) => {
    const known = new Map(SUBJECTS.map((subject) => [subject, nothingYet()]));
    const enrolled = SUBJECTS.map((subject) => ({ subject, event: sample('AccountEnrolled') }));
    const asked = new Set<string>();
    const erased = new Set<string>();
    const happened = steps.flatMap((taken, index) => {
      if (erased.has(taken.subject)) return [];
      if (taken.type === 'LivenessResetRequested') asked.add(taken.subject);
      const event = eventOf(taken, index, known.get(taken.subject) ?? nothingYet(), asked.has(taken.subject));
      if (event?.type === 'AccountErased') erased.add(taken.subject);
      return event === undefined ? [] : [{ subject: taken.subject, event: { ...event, at: 3_000 + index } }];
    });
    return [...enrolled, ...happened];
  });

/** What an account has that later events may be about. */
interface Known {
  readonly passkeys: string[];
  readonly devices: string[];
  readonly approvals: string[];
}

const nothingYet = (): Known => ({ passkeys: [], devices: [], approvals: [] });

const OF_AN_APPROVAL: readonly AccountEventType[] = [
  'SignInNumberMismatched',
  'SignInApproved',
  'SignInDenied',
  'SignInApprovalExpired',
  'SignInRecoveryStarted',
];

function eventOf(taken: Step, index: number, known: Known, asked: boolean): AccountEvent | undefined {
  const { devices, passkeys } = known;
  const { change, entryPoint, factor, flag, text, type } = taken;
  const chosen = passkeys[taken.passkey % Math.max(passkeys.length, 1)];
  const passkeyId = as<PasskeyId>(chosen ?? `passkey-${index}`);
  if (chosen === undefined && OF_A_PASSKEY.includes(type)) return undefined;
  const deviceId = as<DeviceId>(devices[taken.passkey % Math.max(devices.length, 1)] ?? '') || undefined;
  const request = known.approvals[taken.passkey % Math.max(known.approvals.length, 1)];
  if (request === undefined && OF_AN_APPROVAL.includes(type)) return undefined;
  const approvalId = as<ApprovalId>(request ?? `approval-${index}`);
  switch (type) {
    case 'PasskeyRegistered': {
      const { data, ...event } = sample(type);
      const added = as<PasskeyId>(`passkey-${index}`);
      passkeys.push(added);
      const personal = { name: text, device: { platform: 'ios' } } as const;
      return { ...event, data: { ...data, passkeyId: added, entryPoint }, personal };
    }
    case 'PasskeyRenamed':
      return { ...sample(type), data: { passkeyId }, personal: { name: text, previousName: 'before' } };
    case 'PasskeyUsed': {
      const { data, ...event } = sample(type);
      const used = { ...data, passkeyId, backedUp: flag, deviceId: deviceId ?? null };
      return { ...event, data: used };
    }
    case 'PasskeyCloneSuspected': {
      const { data, ...event } = sample(type);
      return { ...event, data: { ...data, passkeyId, consequence: flag ? 'flagged' : 'suspended' } };
    }
    case 'PasskeyRemoved':
      passkeys.splice(passkeys.indexOf(passkeyId), 1);
      return { ...sample(type), data: { passkeyId, why: 'user' } };
    case 'FactorsChanged': {
      const { data, ...event } = sample(type);
      const phoneCoolingOffUntil = flag ? 9_000 + index : null;
      return {
        ...event,
        data: { ...data, changes: [{ factor, change }], phoneCoolingOffUntil, securityEpoch: index },
        personal: { contacts: { phone: `+1${index}`, email: `${index}@example.com` }, previous: {} },
      };
    }
    case 'AccountDetailsChanged':
      return { ...sample(type), personal: { displayName: text, identifiers: [] } };
    case 'FactorDisabled':
    case 'FactorReinstated':
    case 'LocaleChosen':
    case 'AccountLocked':
    case 'AccountUnlocked':
    case 'LivenessSubjectLinked':
    case 'SecurityCheckFailed':
    case 'SecurityCheckPassed':
    case 'StepUpConsumed':
    case 'StepUpDenied':
    case 'StepUpPassed':
    case 'LivenessResetRequested':
      return sample(type);
    case 'LivenessAttemptFailed':
    case 'LivenessResetCancelled':
    case 'LivenessResetRejected':
    case 'LivenessResetExpired':
    case 'LivenessResetCompleted':
    case 'LivenessResetDisputed':
      // Of a reset that was asked for.
      return asked ? sample(type) : undefined;
    case 'PasskeyVerificationFailed':
      return sample(type);
    case 'SignedInByFallback':
      return { ...sample(type), data: { ...sample(type).data, deviceId: deviceId ?? null } };
    case 'SignInApprovalRequested': {
      const added = as<ApprovalId>(`approval-${index}`);
      known.approvals.push(added);
      return { ...sample(type), data: { ...sample(type).data, approvalId: added } };
    }
    case 'SignInNumberMismatched':
      return { ...sample(type), data: { ...sample(type).data, approvalId } };
    case 'SignInApproved':
      return { ...sample(type), data: { ...sample(type).data, approvalId } };
    case 'SignInDenied':
      return { ...sample(type), data: { ...sample(type).data, approvalId } };
    case 'SignInApprovalExpired':
      return { ...sample(type), data: { approvalId } };
    case 'SignInRecoveryStarted':
      return { ...sample(type), data: { ...sample(type).data, approvalId } };
    case 'DeviceTrusted': {
      const added = as<DeviceId>(`device-${index}`);
      devices.push(added);
      const data = {
        ...sample(type).data,
        deviceId: added,
        approvalId: request === undefined ? null : approvalId,
      };
      return { ...sample(type), data };
    }
    case 'DeviceRemoved':
      if (deviceId === undefined) return undefined;
      devices.splice(devices.indexOf(deviceId), 1);
      return { ...sample(type), data: { ...sample(type).data, deviceId } };
    case 'AccountErased':
      // The passkeys go first.
      return passkeys.length > 0 ? undefined : sample(type);
  }
}
