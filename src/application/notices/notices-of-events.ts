import type {
  AccountEvent,
  AccountEventOf,
  AccountEventType,
  FactorsChanged,
} from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/factor-changes.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import type { Notice } from '../ports/messaging.js';

/** What an event doesn't say itself. */
export interface History {
  passkeyName(passkeyId: PasskeyId): Promise<string | null>;
}

type Told<Event extends AccountEvent> = (
  event: Event,
  history: History,
) => readonly Notice[] | Promise<readonly Notice[]>;

/** What the holder is told of each type of event. */
type Table<Types extends AccountEventType> = { readonly [Type in Types]: Told<AccountEventOf<Type>> };

/**
 * What the account holder is told of, on every confirmed channel (invariants 8, 9, 15): one entry for each type of event, and
 * one wording for each kind of notice in each language. A type that is not here is told to nobody.
 */
const told = tellers({
  PasskeyRegistered: (event) => [{ kind: 'passkey-added', passkeyName: personalOf(event)?.name ?? null }],
  // Those that a reset removes are told of with it; of an erased account nobody is known.
  PasskeyRemoved: async ({ data }, history) =>
    data.why === 'reset' || data.why === 'account-erased'
      ? []
      : [{ kind: 'passkey-removed', passkeyName: await history.passkeyName(data.passkeyId) }],
  LivenessSubjectLinked: ({ data }) =>
    data.securityEpoch === null ? [] : [{ kind: 'liveness-subject-changed' }],
  LivenessResetRequested: () => [{ kind: 'reset-requested' }],
  LivenessResetCompleted: ({ data }) => [
    { kind: 'reset-completed', windowUntil: data.windowUntil, coolingOffUntil: data.coolingOffUntil },
  ],
  LivenessResetCancelled: () => [{ kind: 'reset-cancelled' }],
  LivenessResetRejected: () => [{ kind: 'reset-rejected' }],
  // What takes its place is told of.
  LivenessResetExpired: ({ data }) => (data.reason === 'replaced' ? [] : [{ kind: 'reset-expired' }]),
  LivenessResetDisputed: () => [{ kind: 'reset-disputed' }],
  FactorsChanged: changesOfFactors,
  AccountLocked: ({ data }) => [{ kind: 'account-locked', until: data.until }],
  AccountUnlocked: ({ data }) => [
    { kind: data.reason === 'reset-disputed' ? 'dispute-settled' : 'account-unlocked' },
  ],
  FactorDisabled: ({ data }) => [{ kind: 'factor-disabled', factor: data.factor }],
  // The device of the first passkey is told of with it.
  DeviceTrusted: ({ data }) => (data.why === 'first-passkey' ? [] : [{ kind: 'device-trusted' }]),
  SignInDenied: () => [{ kind: 'sign-in-denied' }],
  SignInRecoveryStarted: ({ data }) => [
    { kind: 'sign-in-recovery-started', approvedFrom: data.approvedFrom },
  ],
  FactorReinstated: ({ data }) => [{ kind: 'factor-reinstated', factor: data.factor }],
});

export const TOLD_TYPES: readonly AccountEventType[] = told.types;

/** In the order in which they are numbered, which never changes for an event that was recorded. */
export const noticesOf = told.noticesOf;

function tellers<Types extends AccountEventType>(
  table: Table<Types>,
): {
  readonly types: readonly Types[];
  readonly noticesOf: (event: AccountEvent, history: History) => Promise<readonly Notice[]>;
} {
  const isTold = (event: AccountEvent): event is AccountEventOf<Types> => Object.hasOwn(table, event.type);
  return {
    types: Object.keys(table) as Types[],
    noticesOf: async (event, history) => (isTold(event) ? table[event.type](event, history) : []),
  };
}

/** What is only proposed counts for nothing, and nobody is told of it. */
function changesOfFactors(event: FactorsChanged): readonly Notice[] {
  const { contacts = {}, previous = {} } = personalOf(event) ?? {};
  return event.data.changes.flatMap(({ change, factor }): readonly Notice[] => {
    const before = previous[CONTACT_OF[factor]];
    switch (change) {
      case 'proposed':
      case 'withdrawn':
        return [];
      case 'confirmed':
        // Confirmed anew after it was disabled, it is the one that it was.
        if (before !== undefined && before === contacts[CONTACT_OF[factor]]) {
          return [{ kind: 'factor-reinstated', factor }];
        }
        return [{ kind: before === undefined ? 'factor-added' : 'factor-changed', factor }];
      case 'removed':
        return before === undefined ? [] : [{ kind: 'factor-removed', factor }];
    }
  });
}
