import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { Instant } from '../../../src/domain/kernel/time.js';
import { DAY } from '../../../src/domain/kernel/time.js';
import type {
  ActionPolicy,
  CoolingOffCause,
  RelyingParty,
} from '../../../src/domain/policy/relying-party.js';
import { actionNamed } from '../../../src/domain/policy/relying-party.js';
import type { Invariant } from './past.js';
import {
  all,
  before,
  disputed,
  epochOf,
  grantProblem,
  happened,
  of,
  ofEach,
  passkeysOf,
  refused,
  stepUpProblem,
  suspendedOf,
} from './past.js';

const ENDS: ReadonlySet<string> = new Set([
  'LivenessResetCompleted',
  'LivenessResetRejected',
  'LivenessResetCancelled',
  'LivenessResetExpired',
]);

function openReset(past: readonly AccountEvent[]) {
  const asked = of(past, 'LivenessResetRequested').at(-1);
  const ended = asked && past.slice(past.indexOf(asked)).some(({ type }) => ENDS.has(type));
  return ended === true ? undefined : asked;
}

const asked = ofEach(['LivenessResetRequested', 'LivenessAttemptFailed'], (each, { reset }) => {
  const { event, past } = each;
  const attempts = past.filter(
    ({ at, type }) =>
      (type === 'LivenessResetRequested' || type === 'LivenessAttemptFailed') && at > event.at - DAY,
  );
  return [
    attempts.length >= (reset?.attemptsPerDay ?? 0) && `${attempts.length} attempts in a day before it`,
    event.type === 'LivenessResetRequested' && openReset(past) !== undefined && 'beside an open one',
  ];
});

const completed = ofEach(['LivenessResetCompleted'], (each, { reset }) => {
  const { event, command, past, together } = each;
  const open = openReset(past);
  const linked = of(past, 'LivenessSubjectLinked').at(-1)?.personal;
  if (command.type !== 'record-liveness-verdict' || open === undefined) return ['by no answer to a question'];
  const subject = open.personal === 'redacted' ? undefined : open.personal.subject;
  const removed = of(together, 'PasskeyRemoved').map(({ data }) => data.passkeyId);
  return [
    command.verdict !== 'passed' && 'not passed',
    command.resetId !== open.data.resetId && 'of another reset',
    command.provider !== open.data.provider && 'by another provider',
    command.level !== open.data.level && 'at another level',
    (command.subject !== subject || linked === 'redacted' || linked?.subject !== subject) && 'about another',
    command.sandbox && !command.sandboxCounts && 'in a sandbox',
    reset?.faceMatchRequired === true && !command.faceMatched && 'without the face',
    open.data.expiresAt <= event.at && 'too late',
    event.data.securityEpoch !== epochOf(past) + 1 && 'in the same epoch',
    passkeysOf(past).some(({ data }) => !removed.includes(data.passkeyId)) && 'with a passkey left',
  ];
});

const stopped = all(
  ofEach(['LivenessResetExpired'], ({ event, past }) => {
    const open = openReset(past);
    return [
      open === undefined && 'that was not open',
      event.data.reason === 'time' && (open?.data.expiresAt ?? 0) > event.at && 'before its time',
    ];
  }),
  ofEach(['LivenessResetCancelled'], (each) => [
    each.event.data.reason === 'old-passkey' && stepUpProblem(each, each.event.data.stepUpId, 'cancel-reset'),
  ]),
  ofEach(['LivenessResetDisputed'], (each) => {
    const { resetId, stepUpId } = each.event.data;
    const reset = of(each.past, 'LivenessResetCompleted').find(({ data }) => data.resetId === resetId);
    const passed = of(each.past, 'StepUpPassed').find(({ data }) => data.stepUpId === stepUpId);
    const removed = of(each.past, 'PasskeyRemoved').filter(({ data }) => data.why === 'reset');
    return [
      stepUpProblem(each, stepUpId, 'dispute-reset'),
      (reset === undefined || reset.data.coolingOffUntil <= each.event.at) && 'outside its cooling-off',
      !removed.some(({ data }) => data.passkeyId === passed?.data.passkeyId) && 'by no passkey that it took',
    ];
  }),
);

/** What goes on while a dispute locks the account: nothing that needs a proof or makes one. */
const HARMLESS: ReadonlySet<string> = new Set([
  'AccountUnlocked',
  'AccountDetailsChanged',
  'LocaleChosen',
  'LivenessSubjectLinked',
  'LivenessResetExpired',
  'PasskeyVerificationFailed',
]);

const locksBothParties: Invariant = (history) =>
  happened(history)
    .filter((each) => disputed(before(each)) && !HARMLESS.has(each.event.type))
    .map(({ event, past }) => `${event.type} at ${past.length}: after a dispute`);

function coolsOffUntil(past: readonly AccountEvent[], cause: CoolingOffCause): Instant {
  const ends = past.map((event) => {
    if (event.type === 'LivenessResetCompleted') return cause === 'reset' ? event.data.coolingOffUntil : 0;
    if (event.type !== 'FactorsChanged') return 0;
    const { emailCoolingOffUntil, phoneCoolingOffUntil } = event.data;
    if (cause === 'phone-change') return phoneCoolingOffUntil ?? 0;
    return cause === 'email-change' ? (emailCoolingOffUntil ?? 0) : 0;
  });
  return Math.max(0, ...ends);
}

const stoppedUntil = (past: readonly AccountEvent[], action: ActionPolicy | undefined): Instant =>
  Math.max(0, ...(action?.stoppedBy ?? []).map((cause) => coolsOffUntil(past, cause)));

const coolingOff = all(
  ofEach(['StepUpPassed', 'StepUpConsumed', 'StepUpDenied'], (each, policy) => {
    const { event, past } = each;
    const passed = of(past, 'StepUpPassed').find(({ data }) => data.stepUpId === event.data.stepUpId);
    const name = event.type === 'StepUpConsumed' ? passed?.data.action : event.data.action;
    const until = stoppedUntil(before(each), actionNamed(policy, name ?? ''));
    if (event.type !== 'StepUpDenied') return [until > event.at && `during a cooling-off until ${until}`];
    return [event.data.reason === 'cooling-off' && event.data.until !== until && 'with another end'];
  }),
  (history, policy) =>
    refused(history).flatMap(({ command, rejection, past }) => {
      if (command.type !== 'start-step-up' || rejection.code !== 'step-up-denied') return [];
      const until = stoppedUntil(past, actionNamed(policy, command.action));
      return rejection.details?.['until'] === until ? [] : [`${command.action} denied until another time`];
    }),
  (history) =>
    history
      .filter(({ decision: { events, rejection } }) => {
        const recorded = events.some(({ type }) => type === 'StepUpDenied');
        return rejection?.code === 'step-up-denied' && !recorded;
      })
      .map(({ command }) => `${command.type} denied and not recorded`),
);

const spentOnce = all(
  ofEach(['StepUpPassed'], ({ event, command, past, together }) => {
    if (command.type !== 'pass-step-up') return ['by another command'];
    const earlier = past.filter((each) => !together.includes(each));
    return [
      of(past, 'StepUpPassed').some(({ data }) => data.stepUpId === event.data.stepUpId) && 'a second time',
      command.securityEpoch !== epochOf(earlier) && 'in another epoch',
      command.mustPassBy <= event.at && 'too late',
    ];
  }),
  ofEach(['StepUpConsumed'], (each) => {
    const { event, command, past } = each;
    const passed = of(past, 'StepUpPassed').find(({ data }) => data.stepUpId === event.data.stepUpId);
    if (passed === undefined) return ['one that was never passed'];
    const { action, expiresAt, passkeyId, stepUpId, transactionDigest } = passed.data;
    const gone =
      action !== 'dispute-reset' &&
      passkeyId !== null &&
      (suspendedOf(past).includes(passkeyId) ||
        !passkeysOf(past).some(({ data }) => data.passkeyId === passkeyId));
    const redeemed = command.type === 'redeem-step-up' ? command : undefined;
    return [
      of(past, 'StepUpConsumed').some(({ data }) => data.stepUpId === stepUpId) && 'a second time',
      expiresAt <= event.at && 'expired',
      epochOf(past.slice(0, past.indexOf(passed))) !== epochOf(before(each)) && 'of another epoch',
      gone && 'by a passkey that is gone',
      redeemed !== undefined && redeemed.action !== action && 'for another action',
      redeemed !== undefined && redeemed.transactionDigest !== transactionDigest && 'for another transaction',
    ];
  }),
);

const secondMethodDiffers = ofEach(['StepUpPassed'], (each, policy) => {
  const { event, command, past, together } = each;
  const { action, grantHash, methods, passkeyId, stepUpId } = event.data;
  const from = command.type === 'pass-step-up' ? command.signInFactor : null;
  const used = of(together, 'PasskeyUsed').some(({ data }) => data.passkeyId === passkeyId);
  const factor = of(past, 'SecurityCheckPassed').find(({ data }) => data.grantHash === grantHash)?.data
    .factor;
  return [
    new Set(methods).size < methods.length && 'by one method twice',
    !provenBy(policy, action, methods, from) && `by ${methods.join()} after a sign-in by ${from}`,
    methods.includes('passkey') !== used && 'by a passkey that was not used',
    grantHash !== null && grantProblem(each, grantHash, 'step-up', stepUpId),
    methods.some((method) => method !== 'passkey' && method !== factor) && 'by a factor that was not proven',
  ];
});

function provenBy(
  policy: RelyingParty,
  action: string,
  methods: readonly string[],
  signInFactor: string | null,
): boolean {
  const ways = actionNamed(policy, action)?.alternatives ?? [];
  return ways.some(
    (way) =>
      way.every((method) => methods.includes(method)) &&
      (way.length === 1 || way.every((method) => method !== signInFactor)),
  );
}

/** The last of them says when it ends: nothing that was told before is cut short. */
const neverCutShort = ofEach(['FactorsChanged'], ({ event, past }) => [
  shortens(event.data.phoneCoolingOffUntil, coolsOffUntil(past, 'phone-change')),
  shortens(event.data.emailCoolingOffUntil, coolsOffUntil(past, 'email-change')),
]);

const shortens = (until: Instant | null, stands: Instant): string | false =>
  until !== null && until < stands && 'cuts a cooling-off short';

export const OF_RESETS_AND_STEP_UPS: Readonly<Record<string, Invariant>> = {
  '9: one reset at a time, so many a day, completed by the answer about it and stopped by old passkeys': all(
    asked,
    completed,
    stopped,
    locksBothParties,
  ),
  '10: what a cooling-off stops is denied, with the time it ends': all(coolingOff, neverCutShort),
  '11: a step-up is passed once and spent once, in its time, its epoch and for its action': spentOnce,
  '12: the methods of a step-up differ from one another and from the sign-in’s': secondMethodDiffers,
};
