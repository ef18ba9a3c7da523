import type { AccountEvent, AccountEventOf, FactorsChanged } from '../../../src/domain/account/events.js';
import type { Happened, Invariant } from './past.js';
import {
  all,
  before,
  disputed,
  epochOf,
  factorsOf,
  grantProblem,
  happened,
  lockedUntil,
  of,
  ofEach,
  passkeysOf,
  refused,
  stepUpProblem,
} from './past.js';

type Checked = AccountEventOf<'SecurityCheckPassed' | 'SecurityCheckFailed'>;

function sameCheck(past: readonly AccountEvent[], { data }: Checked) {
  const same = (each: Checked) =>
    each.data.checkId === data.checkId && each.data.checkExpiresAt === data.checkExpiresAt;
  return {
    failed: of(past, 'SecurityCheckFailed').filter(same).length,
    passed: of(past, 'SecurityCheckPassed').some(same),
  };
}

const guessesCount = ofEach(['SecurityCheckPassed', 'SecurityCheckFailed'], (each, { factors }) => {
  const { event, command, past } = each;
  const { failed, passed } = sameCheck(past, event);
  const known = [
    failed >= factors.codeMaximumGuesses && `after ${failed} wrong guesses`,
    passed && 'after it was passed',
    event.data.checkExpiresAt <= event.at && 'after it expired',
  ];
  if (event.type === 'SecurityCheckFailed') {
    return [...known, event.data.wrongGuesses <= failed && `guess ${failed + 1} counted as an earlier one`];
  }
  const check = command.type === 'prove-security-check' ? command.check : undefined;
  const { totpStep } = event.data;
  return [
    ...known,
    check !== undefined && check.securityEpoch !== epochOf(before(each)) && 'of another epoch',
    totpStep !== null && totpStep <= totpStepOf(past) && 'a TOTP code of an earlier step',
  ];
});

/** The last step that was accepted of the secret that the account has now. */
function totpStepOf(past: readonly AccountEvent[]): number {
  return past.reduce((step, event) => {
    if (event.type === 'SecurityCheckPassed') return event.data.totpStep ?? step;
    return event.type === 'FactorsChanged' ? (event.data.totpStep ?? step) : step;
  }, 0);
}

const locksFactorsAlone = all(
  ofEach(['SecurityCheckFailed'], ({ event, past, together }, { lockOut }) => {
    const since = past.slice(past.findLastIndex(({ type }) => type === 'AccountLocked') + 1);
    const recent = of(since, 'SecurityCheckFailed').filter(({ at }) => at > event.at - lockOut.window);
    const locks = of(together, 'AccountLocked').length > 0;
    return [locks !== recent.length + 1 >= lockOut.failures && `locks after ${recent.length + 1} failures`];
  }),
  ofEach(['AccountLocked'], ({ together }) => [
    !together.some(({ type }) => type === 'SecurityCheckFailed') && 'by something else than a wrong entry',
  ]),
  (history) =>
    happened(history)
      .filter((each) => lockedUntil(before(each)) > each.event.at && isOfFactor(each.event))
      .map(({ event, past }) => `${event.type} at ${past.length}: while factors are locked`),
  (history) =>
    refused(history)
      .filter(({ command, rejection, past }) => {
        const byNoFactor =
          command.type === 'sign-in-with-passkey' ||
          command.type === 'request-reset' ||
          (command.type === 'pass-step-up' && command.grantHash === null);
        return byNoFactor && rejection.code === 'account-locked' && !disputed(past);
      })
      .map(({ command }) => `${command.type} is refused while factors are locked`),
);

function isOfFactor({ type }: AccountEvent): boolean {
  return type === 'SecurityCheckPassed' || type === 'SecurityCheckFailed' || type === 'SignedInByFallback';
}

const factorsChangeOnProof = ofEach(['FactorsChanged'], (each, policy) => {
  const { event, command, past } = each;
  const { changes, factors, phoneCoolingOffUntil } = event.data;
  const changed = changes.filter(({ change }) => change === 'proposed' || change === 'removed');
  const confirmed = changes.filter(({ change }) => change === 'confirmed');
  const gained = factors.filter((factor) => !factorsOf(past).includes(factor));
  return [
    changed.length > 0 && proofProblem(each, changed),
    gained.some((factor) => confirmed.every((change) => change.factor !== factor)) &&
      'a factor not confirmed',
    confirmed.length > 0 && command.type !== 'confirm-factor' && 'confirmed by no code',
    confirmed.some(({ factor }) => !waits(past, factor)) && 'confirmed though it does not wait',
    changes.some(({ factor, change }) => factor === 'sms' && change !== 'withdrawn') &&
      another(event) &&
      (phoneCoolingOffUntil ?? 0) < event.at + policy.coolingOff['phone-change'] &&
      'another phone without its cooling-off',
  ];
});

function proofProblem(
  each: Happened<FactorsChanged>,
  changed: readonly { factor: string }[],
): string | false {
  const { command, past } = each;
  const { proof } = each.event.data;
  const enrolling = of(past, 'AccountEnrolled').some((event) => each.together.includes(event));
  if (proof.kind === 'grant') {
    const problem = grantProblem(each, proof.grantHash, 'change-factors');
    const same = changed.some(({ factor }) => factor === proof.factor);
    return same ? 'on its own proof' : problem;
  }
  if (proof.kind === 'step-up') return stepUpProblem(each, proof.stepUpId, 'change-factors');
  const word = command.type === 'put-account' && (enrolling || command.proof.kind === 'relying-party');
  return proof.kind === 'relying-party' && word ? false : `on ${proof.kind}`;
}

/** A phone number that the account doesn't have confirmed already. */
function another({ personal }: FactorsChanged): boolean {
  return personal !== 'redacted' && personal.contacts.phone !== personal.previous.phone;
}

function waits(past: readonly AccountEvent[], factor: string): boolean {
  const last = of(past, 'FactorsChanged').findLast(({ data }) =>
    data.changes.some((each) => each.factor === factor),
  );
  return last?.data.changes.some((each) => each.factor === factor && each.change === 'proposed') === true;
}

/** Trusted and not removed. */
function devicesOf(past: readonly AccountEvent[]): readonly AccountEventOf<'DeviceTrusted'>[] {
  const removed = of(past, 'DeviceRemoved').map(({ data }) => data.deviceId);
  return of(past, 'DeviceTrusted').filter(({ data }) => !removed.includes(data.deviceId));
}

const devicesAreTrusted = ofEach(['DeviceTrusted'], (each) => {
  const { event, command, past, together } = each;
  const { approvalId, deviceId, why } = event.data;
  if (why === 'first-passkey') {
    const made = of(together, 'PasskeyRegistered').at(0);
    return [
      (made === undefined || made.data.sensitiveActionsFrom > event.at) && 'without a passkey at full power',
      passkeysOf(before(each)).length > 0 && 'for a passkey that is not the first',
      made?.data.resetId === null && devicesOf(past).length > 0 && 'beside another',
    ];
  }
  if (why === 'only-device') {
    const used = of(together, 'PasskeyUsed').at(0)?.data.passkeyId;
    const by = passkeysOf(past).find(({ data }) => data.passkeyId === used);
    return [
      devicesOf(past).length > 0 && 'beside another',
      (by === undefined || by.data.sensitiveActionsFrom > event.at) && 'without a passkey at full power',
    ];
  }
  const asked = of(past, 'SignInApprovalRequested').find(({ data }) => data.approvalId === approvalId);
  const approved = of(past, 'SignInApproved').find(({ data }) => data.approvalId === approvalId);
  if (asked === undefined || approved === undefined) return ['without an approval'];
  const secret = command.type === 'collect-sign-in' ? command.secretHash : undefined;
  return [
    asked.data.deviceId !== deviceId && 'another device',
    asked.data.secretHash !== secret && 'without its secret',
    approved.data.collectBy <= event.at && 'too late',
    epochOf(past.slice(0, past.indexOf(asked))) !== epochOf(past) && 'in another epoch',
    of(past, 'SignInDenied').some(({ data }) => data.approvalId === approvalId) && 'after a denial',
    of(past, 'DeviceTrusted').some(({ data }) => data.approvalId === approvalId) && 'a second time',
  ];
});

const signInsAreApproved = all(
  ofEach(['SignInApprovalExpired'], ({ event, past, together }) => {
    const { approvalId } = event.data;
    const asked = of(past, 'SignInApprovalRequested').find(({ data }) => data.approvalId === approvalId);
    const until = past.reduce((end, earlier) => {
      if (!('approvalId' in earlier.data) || earlier.data.approvalId !== approvalId) return end;
      if ('collectBy' in earlier.data) return earlier.data.collectBy;
      return earlier.type === 'SignInApprovalRequested' ? earlier.data.expiresAt : end;
    }, 0);
    const sameEpoch = asked !== undefined && epochOf(past.slice(0, past.indexOf(asked))) === epochOf(past);
    return [
      asked === undefined && 'that nobody asked for',
      sameEpoch &&
        until > event.at &&
        !givesWay(past, together, asked) &&
        !lostItsPasskey(past, asked) &&
        'before its time',
    ];
  }),
  ofEach(['SignInApprovalRequested'], (each, { newDeviceApproval }) => {
    const { event, past } = each;
    const asked = of(past, 'SignInApprovalRequested');
    const alike = asked.filter(({ data }) => kindOf(data.method) === kindOf(event.data.method));
    const denials = of(past, 'SignInDenied').filter((denial) =>
      alike.some(({ data }) => data.approvalId === denial.data.approvalId),
    );
    const denied = Math.max(0, ...denials.map(({ at }) => at));
    const others = asked.filter(
      (other) =>
        other.data.expiresAt > event.at &&
        isOpen(past, other) &&
        epochOf(past.slice(0, past.indexOf(other))) === epochOf(past),
    );
    return [
      others.length > 0 && 'beside an open one',
      denied > 0 && denied + newDeviceApproval.pause > event.at && 'in the pause after a denial',
    ];
  }),
  ofEach(['SignInApproved'], (each) => {
    const { event, command, past } = each;
    const { approvalId, by, deviceId, stepUpId } = event.data;
    const denied = of(past, 'SignInDenied').some(({ data }) => data.approvalId === approvalId);
    const twice = of(past, 'SignInApproved').some(({ data }) => data.approvalId === approvalId);
    const known = [denied && 'after a denial', twice && 'a second time'];
    if (by === 'recovery') {
      const begun = of(past, 'SignInRecoveryStarted').find(({ data }) => data.approvalId === approvalId);
      return [
        ...known,
        (begun === undefined || begun.data.approvedFrom > event.at) && 'before the wait is over',
      ];
    }
    const decision = command.type === 'decide-sign-in-approval' ? command.decision : undefined;
    return [
      ...known,
      !(decision?.kind === 'approve' && decision.numberMatches) && 'with another number',
      !devicesOf(past).some(({ data }) => data.deviceId === deviceId) && 'on a device that is not trusted',
      stepUpId === null ? 'without a proof' : stepUpProblem(each, stepUpId, 'approve-sign-in'),
    ];
  }),
  ofEach(['SignInRecoveryStarted'], (each) => {
    const { approvalId, factor, grantHash } = each.event.data;
    const asked = of(each.past, 'SignInApprovalRequested').find(({ data }) => data.approvalId === approvalId);
    return [
      asked?.data.method === factor && 'by the sign-in’s own factor',
      grantProblem(each, grantHash, 'sign-in'),
    ];
  }),
);

const kindOf = (method: string): string => (method === 'passkey' ? 'passkey' : 'factor');

/** To a sign-in by a passkey where a factor proved it, or along with the device that approved it. */
function givesWay(
  past: readonly AccountEvent[],
  together: readonly AccountEvent[],
  asked: AccountEventOf<'SignInApprovalRequested'>,
): boolean {
  const { approvalId, method } = asked.data;
  const approved = of(past, 'SignInApproved').find(({ data }) => data.approvalId === approvalId);
  const removed = of(together, 'DeviceRemoved').map(({ data }) => data.deviceId);
  const byPasskey = of(together, 'SignInApprovalRequested').some(({ data }) => data.method === 'passkey');
  if (approved !== undefined) return removed.some((deviceId) => deviceId === approved.data.deviceId);
  return byPasskey && method !== 'passkey';
}

function lostItsPasskey(
  past: readonly AccountEvent[],
  asked: AccountEventOf<'SignInApprovalRequested'>,
): boolean {
  const { passkeyId } = asked.data;
  const ended = ['PasskeyRemoved', 'PasskeyCloneSuspected'];
  return past
    .slice(past.indexOf(asked) + 1)
    .some(({ data, type }) => ended.includes(type) && 'passkeyId' in data && data.passkeyId === passkeyId);
}

/** Neither decided nor expired, nor gone with the passkey that it was proven by. */
function isOpen(past: readonly AccountEvent[], asked: AccountEventOf<'SignInApprovalRequested'>): boolean {
  const { approvalId, passkeyId } = asked.data;
  return !past.slice(past.indexOf(asked) + 1).some(({ data, type }) => {
    if (type === 'PasskeyRemoved' || type === 'PasskeyCloneSuspected') return data.passkeyId === passkeyId;
    return 'approvalId' in data && data.approvalId === approvalId && DECIDES.has(type);
  });
}

const DECIDES: ReadonlySet<string> = new Set([
  'SignInApproved',
  'SignInDenied',
  'SignInApprovalExpired',
  'SignInRecoveryStarted',
]);

const newDevicesWait = ofEach(['PasskeyUsed', 'SignedInByFallback'], (each, policy) => {
  const { event, command } = each;
  if (!policy.newDeviceApproval.required || event.data.sessionId === null) return [];
  const { deviceTokenHash } = 'deviceTokenHash' in command ? command : { deviceTokenHash: null };
  const devices = devicesOf(before(each));
  const shown = devices.some(({ data }) => data.tokenHash === deviceTokenHash);
  const alone = event.type === 'PasskeyUsed' || passkeysOf(before(each)).length === 0;
  return [!shown && !(devices.length === 0 && alone) && 'on a device that nobody approved'];
});

const nothingAfterErasure: Invariant = (history) =>
  happened(history)
    .filter(({ past }) => past.some(({ type }) => type === 'AccountErased'))
    .map(({ event, past }) => `${event.type} at ${past.length}: after the erasure`);

export const OF_FACTORS_AND_DEVICES: Readonly<Record<string, Invariant>> = {
  '13: every guess counts, and a code dies after so many': guessesCount,
  '14: a lock-out stops factors, and neither a passkey nor a reset': locksFactorsAlone,
  '15: factors change on another proof, and a new one counts once it is confirmed': factorsChangeOnProof,
  '16: a new device is trusted after approval, one request at a time': all(
    devicesAreTrusted,
    signInsAreApproved,
    newDevicesWait,
  ),
  '19: an erased account accepts nothing': nothingAfterErasure,
};
