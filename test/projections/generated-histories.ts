import * as fc from 'fast-check';
import type { AccountEvent, AccountEventType, CodeFactor } from '../../src/domain/account/events.js';
import type { PasskeyId } from '../../src/domain/kernel/ids.js';
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
    const passkeys = new Map(SUBJECTS.map((subject) => [subject, new Array<string>()]));
    const enrolled = SUBJECTS.map((subject) => ({ subject, event: sample('AccountEnrolled') }));
    const asked = new Set<string>();
    const happened = steps.flatMap((taken, index) => {
      if (taken.type === 'LivenessResetRequested') asked.add(taken.subject);
      const event = eventOf(taken, index, passkeys.get(taken.subject) ?? [], asked.has(taken.subject));
      return event === undefined ? [] : [{ subject: taken.subject, event: { ...event, at: 3_000 + index } }];
    });
    return [...enrolled, ...happened];
  });

function eventOf(taken: Step, index: number, passkeys: string[], asked: boolean): AccountEvent | undefined {
  const { change, entryPoint, factor, flag, text, type } = taken;
  const chosen = passkeys[taken.passkey % Math.max(passkeys.length, 1)];
  const passkeyId = as<PasskeyId>(chosen ?? `passkey-${index}`);
  if (chosen === undefined && OF_A_PASSKEY.includes(type)) return undefined;
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
      return { ...event, data: { ...data, passkeyId, backedUp: flag } };
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
  }
}
