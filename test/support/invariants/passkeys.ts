import type { Happened, Invariant, Registered } from './past.js';
import {
  all,
  before,
  disabledOf,
  epochOf,
  factorsOf,
  grantProblem,
  of,
  ofEach,
  passkeysOf,
  stepUpProblem,
  suspendedOf,
} from './past.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import { actionNamed } from '../../../src/domain/policy/relying-party.js';

const VISIBLE_AND_HARMLESS = /^[^\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]+$/u;
const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

const boundByItsProof = ofEach(['PasskeyRegistered'], (each) => {
  const { event, command } = each;
  const { grantHash, resetId } = event.data;
  if (command.type !== 'register-passkey') return ['by another command'];
  return [
    (grantHash === null) === (resetId === null) && 'not by one proof',
    command.ceremonyEpoch !== epochOf(before(each)) && 'a ceremony of another epoch',
    grantHash !== null && grantProblem(each, grantHash, 'bind-passkey'),
    grantHash !== null && resetStands(before(each)) && 'a factor alone after a reset that was not used',
    resetId !== null && secretProblem(each),
  ];
});

/** A reset removed passkeys, or was disputed, and no reset's secret has been used since. */
function resetStands(past: readonly AccountEvent[]): boolean {
  const last = past.findLastIndex(
    ({ type }) => type === 'LivenessResetCompleted' || type === 'LivenessResetDisputed',
  );
  const since = of(past.slice(last + 1), 'PasskeyRegistered');
  return last >= 0 && !since.some(({ data }) => data.resetId !== null);
}

function secretProblem(each: Happened<Registered>): string | false {
  const { event, command, past } = each;
  const proof = command.type === 'register-passkey' ? command.proof : undefined;
  const last = past.findLast(
    ({ type }) => type === 'LivenessResetCompleted' || type === 'LivenessResetDisputed',
  );
  if (last?.type !== 'LivenessResetCompleted' || last.data.resetId !== event.data.resetId) {
    return 'the secret of a reset that is not the latest';
  }
  if (last.data.windowUntil <= event.at) return 'the secret of a closed window';
  const asked = of(past, 'LivenessResetRequested').find(({ data }) => data.resetId === last.data.resetId);
  if (proof?.kind !== 'reset' || proof.secretHash !== asked?.data.secretHash) return 'not the secret';
  const used = of(past, 'PasskeyRegistered').some(({ data }) => data.resetId === last.data.resetId);
  return used && 'a secret that was used';
}

const noMoreThanAllowed = ofEach(['PasskeyRegistered'], ({ past }, { passkeys }) => [
  passkeysOf(past).length >= passkeys.maximum && `more than ${passkeys.maximum}`,
]);

const oneOfEachCredential = ofEach(['PasskeyRegistered'], ({ event, past }) => [
  passkeysOf(past).some(({ data }) => data.credentialId === event.data.credentialId) && 'a second time',
]);

const verified = all(
  ofEach(['PasskeyRegistered'], ({ event: { data }, command }) => [
    !(command.type === 'register-passkey' && command.finding.ok) && 'not attested',
    !data.userVerified && 'the user was not verified',
    data.backedUp && !data.backupEligible && 'backed up and not eligible for it',
  ]),
  ofEach(['PasskeyUsed'], ({ command }) => {
    const finding =
      command.type === 'sign-in-with-passkey'
        ? command.finding
        : command.type === 'pass-step-up'
          ? command.assertion?.finding
          : undefined;
    return [finding?.ok !== true && 'not asserted'];
  }),
);

const named = all(
  ofEach(['PasskeyRegistered', 'PasskeyRenamed'], ({ event: { personal } }) => {
    const name = personal === 'redacted' ? '' : personal.name;
    const length = [...SEGMENTER.segment(name)].length;
    return [
      (length < 1 || length > 20) && `a name of ${length} characters`,
      name !== name.normalize('NFC').trim() && 'a name that is not trimmed and normal',
      !VISIBLE_AND_HARMLESS.test(name) && 'a name with a control character',
    ];
  }),
  ofEach(['PasskeyRenamed'], ({ event: { data, personal }, past }) => {
    const names = past.flatMap((earlier) =>
      (earlier.type === 'PasskeyRegistered' || earlier.type === 'PasskeyRenamed') &&
      earlier.data.passkeyId === data.passkeyId &&
      earlier.personal !== 'redacted'
        ? [earlier.personal.name]
        : [],
    );
    return [personal !== 'redacted' && names.at(-1) === personal.name && 'to the same name'];
  }),
);

const TAKE_ALL: ReadonlySet<string> = new Set([
  'LivenessResetCompleted',
  'LivenessResetDisputed',
  'AccountErased',
]);

const removedByRight = all(
  ofEach(['PasskeyRemoved'], (each, policy) => {
    const { event, command, together } = each;
    if (event.data.why !== 'user') {
      return [!together.some(({ type }) => TAKE_ALL.has(type)) && 'by no reset or erasure'];
    }
    const proof = command.type === 'remove-passkey' ? command.proof : undefined;
    return [
      policy.passkeys.removal === 'reset-only' && 'where passkeys are only reset',
      proof?.kind !== 'step-up' && 'without a proof',
      proof?.kind === 'step-up' && stepUpProblem(each, proof.stepUpId, 'remove-passkey'),
      strands(each, policy) && 'the last way in',
    ];
  }),
  ofEach(['FactorsChanged'], (each, policy) => [strands(each, policy) && 'the last way in']),
);

function strands({ event, past }: Happened, policy: RelyingParty): boolean {
  return !stranded(past, policy) && stranded([...past, event], policy);
}

/** No passkey, no factor that the policy takes to let anybody in, and nobody's face to compare. */
function stranded(past: readonly AccountEvent[], { factors, reset, signIn }: RelyingParty): boolean {
  const disabled = disabledOf(past);
  const suspended = suspendedOf(past);
  const taken: readonly string[] = [...signIn.fallbacks, ...factors.beforeBinding];
  const linked = of(past, 'LivenessSubjectLinked').at(-1)?.data.provider;
  return (
    factorsOf(past).every((factor) => disabled.includes(factor) || !taken.includes(factor)) &&
    passkeysOf(past).every(({ data }) => suspended.includes(data.passkeyId)) &&
    (reset === undefined || linked !== reset.provider)
  );
}

const countsGrow = all(
  ofEach(['PasskeyUsed'], ({ event, past, together }) => {
    const { passkeyId, purpose, signCount } = event.data;
    const known = countKnown(past, passkeyId);
    const suspected = of(together, 'PasskeyCloneSuspected').some(({ data }) => data.passkeyId === passkeyId);
    const grew = signCount > known || (signCount === 0 && known === 0);
    return [
      suspendedOf(past).includes(passkeyId) && 'a suspended passkey',
      purpose !== 'dispute-reset' && suspected === grew && `a count from ${known} to ${signCount}`,
    ];
  }),
  ofEach(['PasskeyCloneSuspected'], ({ event: { data }, past, together }, { passkeys }) => {
    const known = of(past, 'PasskeyRegistered').find((each) => each.data.passkeyId === data.passkeyId);
    if (data.consequence === 'flagged') return [];
    return [
      (known === undefined || known.data.backupEligible) && 'suspended though it is synced',
      passkeys.cloneConsequence !== 'suspended' && 'suspended against the policy',
      together.some(({ type }) => type === 'PasskeyUsed' || type === 'StepUpPassed') && 'used all the same',
    ];
  }),
);

function countKnown(past: readonly AccountEvent[], passkeyId: string): number {
  const counts = past.flatMap((event) =>
    (event.type === 'PasskeyRegistered' || event.type === 'PasskeyUsed') && event.data.passkeyId === passkeyId
      ? [event.data.signCount]
      : [],
  );
  return Math.max(0, ...counts);
}

const newOnesWait = all(
  ofEach(['PasskeyRegistered'], (each) => {
    const { vouchedBy } = each.event.data;
    if (vouchedBy === null) return [];
    const passed = of(each.past, 'StepUpPassed').find(({ data }) => data.stepUpId === vouchedBy);
    return [
      stepUpProblem(each, vouchedBy, 'add-passkey'),
      passed?.data.passkeyId === null && 'vouched for by no passkey',
    ];
  }),
  ofEach(['StepUpPassed'], ({ event, past }, policy) => {
    const added = of(past, 'PasskeyRegistered').find(({ data }) => data.passkeyId === event.data.passkeyId);
    if (added === undefined || actionNamed(policy, event.data.action)?.sensitive !== true) return [];
    if (added.data.vouchedBy !== null || added.data.resetId !== null) return [];
    const until = waitsUntil(past.slice(0, past.indexOf(added)), added, policy.passkeys.unvouchedWait);
    return [event.at < until && 'by a passkey that a code alone has added'];
  }),
);

/** From another passkey beside it, or one that a code alone has removed. */
function waitsUntil(past: readonly AccountEvent[], added: Registered, wait: number): number {
  if (passkeysOf(past).length > 0) return added.at + wait;
  const byCode = of(past, 'StepUpPassed').filter(
    ({ data }) => data.action === 'remove-passkey' && data.passkeyId === null,
  );
  const removals = of(past, 'StepUpConsumed').filter(({ data }) =>
    byCode.some((passed) => passed.data.stepUpId === data.stepUpId),
  );
  return Math.max(0, ...removals.map(({ at }) => at + wait));
}

export const OF_PASSKEYS: Readonly<Record<string, Invariant>> = {
  '1: a passkey is bound by an unspent grant of its account and epoch, or once by a reset’s secret':
    boundByItsProof,
  '2: active passkeys never exceed the policy’s maximum': noMoreThanAllowed,
  '3: a credential is on the account once': oneOfEachCredential,
  '4: only what was verified is registered or used, and backed up needs backup eligible': verified,
  '5: a name is 1 to 20 characters without control characters, and the same name is no event': named,
  '6: removals are proven and allowed, and take no last way in': removedByRight,
  '7: a count that does not grow is recorded, and only a device-bound passkey is suspended for it':
    countsGrow,
  '8: a passkey that a code alone has added waits before it approves what is sensitive': newOnesWait,
};
