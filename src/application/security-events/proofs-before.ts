import type {
  AccountEvent,
  AccountEventOf,
  AccountEventType,
  Transport,
} from '../../domain/account/events.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';

export interface KnownPasskey {
  readonly aaguid: string;
  readonly transports: readonly Transport[];
  readonly active: boolean;
}

/** By what an account was proven before an event. */
export interface ProofsBefore {
  readonly passkeys: ReadonlyMap<PasskeyId, KnownPasskey>;
  readonly securityEpoch: number;
}

export const NO_PROOFS: ProofsBefore = { passkeys: new Map(), securityEpoch: 0 };

type Change<Event extends AccountEvent> = (before: ProofsBefore, event: Event) => ProofsBefore;
type Table<Types extends AccountEventType> = { readonly [Type in Types]: Change<AccountEventOf<Type>> };

const changes = changing({
  PasskeyRegistered: (before, { data: { aaguid, passkeyId, transports } }) => ({
    ...before,
    passkeys: new Map(before.passkeys).set(passkeyId, { aaguid, transports, active: true }),
  }),
  PasskeyRemoved: (before, { data }) => without(before, data.passkeyId),
  PasskeyCloneSuspected: (before, { data }) =>
    data.consequence === 'suspended' ? without(before, data.passkeyId) : before,
  FactorsChanged: inEpoch,
  LivenessSubjectLinked: inEpoch,
  LivenessResetCompleted: inEpoch,
  LivenessResetDisputed: inEpoch,
});

/** The types that change it. None of them is a sign-in. */
export const PROOF_CHANGING: ReadonlySet<string> = changes.types;
export const proofsAfter = changes.proofsAfter;

function changing<Types extends AccountEventType>(
  table: Table<Types>,
): {
  readonly types: ReadonlySet<string>;
  readonly proofsAfter: (before: ProofsBefore, event: AccountEvent) => ProofsBefore;
} {
  const changes = (event: AccountEvent): event is AccountEventOf<Types> => Object.hasOwn(table, event.type);
  return {
    types: new Set(Object.keys(table)),
    proofsAfter: (before, event) => (changes(event) ? table[event.type](before, event) : before),
  };
}

function inEpoch(
  before: ProofsBefore,
  { data: { securityEpoch } }: { readonly data: { readonly securityEpoch: number | null } },
): ProofsBefore {
  return { ...before, securityEpoch: securityEpoch ?? before.securityEpoch };
}

export function activePasskeys({ passkeys }: ProofsBefore): number {
  return [...passkeys.values()].filter(({ active }) => active).length;
}

function without(before: ProofsBefore, passkeyId: PasskeyId): ProofsBefore {
  const known = before.passkeys.get(passkeyId);
  if (known === undefined) return before;
  return { ...before, passkeys: new Map(before.passkeys).set(passkeyId, { ...known, active: false }) };
}
