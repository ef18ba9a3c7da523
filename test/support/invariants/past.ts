import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent, AccountEventOf, AccountEventType } from '../../../src/domain/account/events.js';
import type { Rejection } from '../../../src/domain/kernel/rejection.js';
import type { Instant } from '../../../src/domain/kernel/time.js';
import type { RelyingParty } from '../../../src/domain/policy/relying-party.js';
import type { Step } from '../account-histories.js';

/**
 * What an auditor knows who has the events and the commands and nothing else: everything here is counted anew from them,
 * so that a fold or a decision that goes wrong isn't asked whether it did.
 */

/** An event with all that was before it in its stream. */
export interface Happened<Event extends AccountEvent = AccountEvent> {
  readonly event: Event;
  readonly command: AccountCommand;
  readonly past: readonly AccountEvent[];
  /** The events of the same append. */
  readonly together: readonly AccountEvent[];
}

/** A command that was refused, with all that had happened by then. */
export interface Refused {
  readonly command: AccountCommand;
  readonly rejection: Rejection;
  readonly past: readonly AccountEvent[];
}

export type History = readonly Pick<Step, 'command' | 'decision'>[];

/** Says what is wrong with each event that breaks it. */
export type Invariant = (history: History, policy: RelyingParty) => readonly string[];

export function happened(history: History): readonly Happened[] {
  const past: AccountEvent[] = [];
  return history.flatMap(({ command, decision }) =>
    decision.events.map((event) => {
      const known = [...past];
      past.push(event);
      return { event, command, past: known, together: decision.events };
    }),
  );
}

export function refused(history: History): readonly Refused[] {
  const past: AccountEvent[] = [];
  return history.flatMap(({ command, decision }) => {
    const known = [...past];
    past.push(...decision.events);
    return decision.rejection === undefined ? [] : [{ command, rejection: decision.rejection, past: known }];
  });
}

/** An invariant of each event of some types. */
export function ofEach<Type extends AccountEventType>(
  types: readonly Type[],
  broken: (happened: Happened<AccountEventOf<Type>>, policy: RelyingParty) => readonly (string | false)[],
): Invariant {
  return (history, policy) =>
    happened(history).flatMap((each) => {
      if (!isOf(each, types)) return [];
      return broken(each, policy).flatMap((wrong) =>
        wrong === false ? [] : [`${each.event.type} at ${each.past.length}: ${wrong}`],
      );
    });
}

function isOf<Type extends AccountEventType>(
  each: Happened,
  types: readonly Type[],
): each is Happened<AccountEventOf<Type>> {
  return types.some((type) => type === each.event.type);
}

export function all(...invariants: readonly Invariant[]): Invariant {
  return (history, policy) => invariants.flatMap((invariant) => invariant(history, policy));
}

export function of<Type extends AccountEventType>(
  past: readonly AccountEvent[],
  type: Type,
): readonly AccountEventOf<Type>[] {
  return past.filter((event): event is AccountEventOf<Type> => event.type === type);
}

/** What stood in the stream before the append that an event is of. */
export const before = ({ past, together }: Happened): readonly AccountEvent[] =>
  past.filter((event) => !together.includes(event));

/** What the security epoch is after these. */
export function epochOf(past: readonly AccountEvent[]): number {
  return past.reduce(
    (epoch, { data }) => ('securityEpoch' in data ? (data.securityEpoch ?? epoch) : epoch),
    0,
  );
}

export type Registered = AccountEventOf<'PasskeyRegistered'>;

/** Registered and not removed. */
export function passkeysOf(past: readonly AccountEvent[]): readonly Registered[] {
  const removed = of(past, 'PasskeyRemoved').map(({ data }) => data.passkeyId);
  return of(past, 'PasskeyRegistered').filter(({ data }) => !removed.includes(data.passkeyId));
}

export function suspendedOf(past: readonly AccountEvent[]): readonly string[] {
  return of(past, 'PasskeyCloneSuspected')
    .filter(({ data }) => data.consequence === 'suspended')
    .map(({ data }) => data.passkeyId);
}

/** The confirmed factors. */
export function factorsOf(past: readonly AccountEvent[]): readonly string[] {
  return past.reduce<readonly string[]>(
    (factors, event) =>
      event.type === 'AccountEnrolled' || event.type === 'FactorsChanged' ? event.data.factors : factors,
    [],
  );
}

export function disabledOf(past: readonly AccountEvent[]): readonly string[] {
  return past.reduce<readonly string[]>((disabled, event) => {
    if (event.type === 'FactorDisabled') return [...disabled, event.data.factor];
    if (event.type === 'FactorReinstated') return disabled.filter((factor) => factor !== event.data.factor);
    if (event.type !== 'FactorsChanged') return disabled;
    const renewed = event.data.changes.filter(({ change }) => change === 'confirmed' || change === 'removed');
    return disabled.filter((factor) => !renewed.some((each) => each.factor === factor));
  }, []);
}

/** Until when factors are locked; 0 where they aren't. */
export function lockedUntil(past: readonly AccountEvent[]): Instant {
  return past.reduce((until, event) => {
    if (event.type === 'AccountLocked') return event.data.until;
    return event.type === 'AccountUnlocked' && event.data.reason !== 'reset-disputed' ? 0 : until;
  }, 0);
}

/** Disputed, and nobody of the product has unlocked it yet. */
export function disputed(past: readonly AccountEvent[]): boolean {
  return past.reduce((is, event) => {
    if (event.type === 'LivenessResetDisputed') return true;
    return event.type === 'AccountUnlocked' && event.data.reason !== 'too-many-failures' ? false : is;
  }, false);
}

/** The grant that an event used up. */
export function grantSpentBy({ data }: AccountEvent): string | null {
  if ('proof' in data) return data.proof.kind === 'grant' ? data.proof.grantHash : null;
  return 'grantHash' in data && !('checkId' in data) ? data.grantHash : null;
}

/** Why a grant doesn't prove this, if it doesn't. One append may name it twice: that is one use. */
export function grantProblem(
  each: Happened,
  hash: string,
  purpose: string,
  stepUpId: string | null = null,
): string | false {
  const { event, past } = each;
  const given = of(past, 'SecurityCheckPassed').find(({ data }) => data.grantHash === hash);
  if (given === undefined) return 'a grant that was never given';
  if (given.data.purpose !== purpose || given.data.stepUpId !== stepUpId) return 'a grant for something else';
  if (given.data.grantExpiresAt <= event.at) return 'an expired grant';
  if (before(each).some((earlier) => grantSpentBy(earlier) === hash)) return 'a spent grant';
  if (epochOf(past.slice(0, past.indexOf(given))) !== epochOf(before(each)))
    return 'a grant of another epoch';
  return lockedUntil(before(each)) > event.at && 'a grant while factors are locked';
}

/** Why a step-up doesn't count for one of the service's own actions, if it doesn't. */
export function stepUpProblem(each: Happened, stepUpId: string, action: string): string | false {
  const passed = of(before(each), 'StepUpPassed').find(({ data }) => data.stepUpId === stepUpId);
  if (passed === undefined) return 'a step-up that was never passed';
  if (passed.data.action !== action) return 'a step-up for another action';
  const spends = of(each.together, 'StepUpConsumed').some(({ data }) => data.stepUpId === stepUpId);
  return !spends && 'a step-up that is not spent';
}
