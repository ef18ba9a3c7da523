import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { PutAccount } from '../commands.js';
import type {
  AccountEvent,
  CodeFactor,
  ContactFactors,
  FactorChange,
  FactorsChanged,
  Proof,
} from '../events.js';
import { CONTACT_OF } from '../evolve.js';
import { coolingOffAfter, NO_COOLING_OFF } from '../rules/cooling-off.js';
import { usableFactors } from '../rules/disabled-factors.js';
import { usableGrant } from '../rules/grants.js';
import { lockedByDispute } from '../rules/resets.js';
import { proposalExpired } from '../rules/proposals.js';
import { spendStepUp } from '../rules/step-up-proof.js';
import { noWayIn } from '../rules/ways-in.js';
import type { EnrolledAccount } from '../state.js';

/** At creation the relying party vouches for the phone, the email and a TOTP secret that it brings. */
export function enrolAccount(command: PutAccount): Decision<AccountEvent> {
  const vouched: Writable<ContactFactors> = {};
  if (typeof command.phone === 'string') vouched.phone = command.phone;
  if (typeof command.email === 'string') vouched.email = command.email;
  if (command.totp?.vouched === true) vouched.totpSecret = command.totp.secret;
  const factors = FACTORS.filter((factor) => vouched[CONTACT_OF[factor]] !== undefined);

  const events: AccountEvent[] = [
    {
      type: 'AccountEnrolled',
      at: command.at,
      data: { userHandle: command.userHandle, factors },
      personal: {
        accountId: command.accountId,
        displayName: command.displayName ?? null,
        contacts: vouched,
        identifiers: command.identifiers ?? [],
      },
    },
  ];
  if (command.totp?.vouched === false) {
    events.push({
      type: 'FactorsChanged',
      at: command.at,
      data: {
        changes: [{ factor: 'totp', change: 'proposed' }],
        factors,
        proof: { kind: 'relying-party' },
        securityEpoch: 0,
        ...NO_COOLING_OFF,
        totpStep: null,
      },
      personal: { contacts: { totpSecret: command.totp.secret }, previous: {} },
    });
  }
  return accept(
    ...events,
    ...chosenLocale(command, null),
    ...linkedSubject(command, null, { kind: 'relying-party' }, null),
  );
}

/** Changes of an enrolled account. What proves the account changes only on a fresh proof (invariant 15). */
export function putAccount(
  command: PutAccount,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const events: AccountEvent[] = [];
  const changes = factorChanges(command, state, policy);
  const relinked = relinks(command, state);
  let proof: Proof = { kind: 'relying-party' };
  let { securityEpoch } = state;
  if (changes.length > 0 || relinked) {
    const disputed = lockedByDispute(state);
    if (disputed !== undefined) return reject(disputed);
    const proven = prove(command, state, policy, changes);
    if ('refused' in proven) return reject(proven.refused, ...(proven.events ?? []));
    proof = proven.proof;
    events.push(...proven.events);
  }
  if (changes.length > 0) {
    const changed = factorsChanged(command, state, policy, changes, proof);
    const factors = usableFactors(state, changed.data.factors);
    const takenAway = changed.data.factors.length < state.factors.length;
    if (takenAway && noWayIn(policy, { ...state, factors })) {
      return reject(rejection('last-way-in'));
    }
    events.push(changed);
    ({ securityEpoch } = changed.data);
  }
  return accept(
    ...events,
    ...changedDetails(command, state),
    ...chosenLocale(command, state),
    ...linkedSubject(command, state, proof, relinked ? securityEpoch + 1 : null),
  );
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
const FACTORS: readonly CodeFactor[] = ['sms', 'email', 'totp'];

interface Change {
  readonly factor: CodeFactor;
  readonly change: FactorChange;
  readonly value: string | null;
}

/** What is disabled may be proposed as it is, to be confirmed anew; what waited too long, to wait again. */
function factorChanges(command: PutAccount, state: EnrolledAccount, policy: RelyingParty): readonly Change[] {
  const totp = command.totp === undefined || command.totp === null ? command.totp : command.totp.secret;
  const wanted: Record<CodeFactor, string | null | undefined> = {
    sms: command.phone,
    email: command.email,
    totp,
  };
  return FACTORS.flatMap((factor): readonly Change[] => {
    const value = wanted[factor];
    const contact = CONTACT_OF[factor];
    if (value === undefined) return [];
    const current = state.contacts[contact];
    const proposed = proposalExpired(state, policy, factor, command.at) ? undefined : state.proposed[contact];
    const confirmed = state.disabledFactors.includes(factor) ? undefined : current;
    if (value === null) {
      return current === undefined && proposed === undefined ? [] : [{ factor, change: 'removed', value }];
    }
    return value === confirmed || value === proposed ? [] : [{ factor, change: 'proposed', value }];
  });
}

function prove(
  command: PutAccount,
  state: EnrolledAccount,
  policy: RelyingParty,
  changes: readonly Change[],
):
  | { readonly proof: Proof; readonly events: readonly AccountEvent[] }
  | { readonly refused: Rejection; readonly events?: readonly AccountEvent[] } {
  const { proof, at } = command;
  const notEnough = relinks(command, state) ? whyNoRelinking(command, state) : undefined;
  if (notEnough !== undefined) return { refused: notEnough };
  switch (proof.kind) {
    case 'relying-party':
      return { proof, events: [] };
    case 'step-up': {
      const spent = spendStepUp(state, policy, proof.stepUpId, 'change-factors', at);
      return 'refused' in spent ? spent : { proof, events: [spent.event] };
    }
    case 'grant': {
      const found = usableGrant(state, proof.grantHash, 'change-factors', null, at);
      if ('refused' in found) return found;
      if (changes.some(({ factor }) => factor === found.grant.factor)) {
        return { refused: rejection('factor-in-use') };
      }
      return { proof: { ...proof, factor: found.grant.factor }, events: [] };
    }
    case 'none':
      return { refused: proofMissing(command) };
  }
}

/**
 * Whoever is linked resets the passkeys. So it takes what a reset replaces, a passkey, or the relying party's word: a code
 * alone must not come to more than itself.
 */
function whyNoRelinking(command: PutAccount, state: EnrolledAccount): Rejection | undefined {
  const { proof } = command;
  if (proof.kind === 'relying-party') return undefined;
  if (proof.kind !== 'step-up') return proofMissing(command);
  const passed = state.stepUps.find(({ stepUpId }) => stepUpId === proof.stepUpId);
  return passed?.passkeyId === null
    ? rejection('step-up-method-missing', { alternatives: [['passkey']] })
    : undefined;
}

function proofMissing(command: PutAccount): Rejection {
  const parameters = changeParameters(command);
  return rejection('step-up-required', { action: 'change-factors', parameters });
}

/**
 * What a step-up for the change has to name: every factor that the command names, as it came, for that is what the
 * proof is compared with. A TOTP secret is not repeated: that it changes is enough.
 */
function changeParameters({
  phone,
  email,
  totp,
  liveness,
}: PutAccount): Readonly<Record<string, string | null>> {
  return {
    ...(phone !== undefined && { phone }),
    ...(email !== undefined && { email }),
    ...(totp !== undefined && { totp: totp === null ? null : 'new' }),
    ...(liveness !== undefined && { liveness: `${liveness.provider}:${liveness.subject}` }),
  };
}

function factorsChanged(
  command: PutAccount,
  state: EnrolledAccount,
  policy: RelyingParty,
  changes: readonly Change[],
  proof: Proof,
): FactorsChanged {
  const contacts: Writable<ContactFactors> = {};
  const previous: Writable<ContactFactors> = {};
  for (const { factor, value } of changes) {
    const contact = CONTACT_OF[factor];
    const current = state.contacts[contact];
    if (value !== null) contacts[contact] = value;
    if (current !== undefined) previous[contact] = current;
  }
  const removed = changes.filter(({ change }) => change === 'removed').map(({ factor }) => factor);
  const takesEffect = removed.some((factor) => state.factors.includes(factor));
  const others = changes.filter(({ factor, value }) => value !== state.contacts[CONTACT_OF[factor]]);
  return {
    type: 'FactorsChanged',
    at: command.at,
    data: {
      changes: changes.map(({ factor, change }) => ({ factor, change })),
      factors: state.factors.filter((factor) => !removed.includes(factor)),
      proof,
      securityEpoch: state.securityEpoch + (takesEffect ? 1 : 0),
      ...coolingOffAfter(
        policy,
        state,
        others.map(({ factor }) => factor),
        command.at,
      ),
      totpStep: null,
    },
    personal: { contacts, previous },
  };
}

function changedDetails(command: PutAccount, state: EnrolledAccount): readonly AccountEvent[] {
  const displayName = command.displayName === undefined ? state.displayName : command.displayName;
  const identifiers = command.identifiers ?? state.identifiers;
  const sameIdentifiers =
    identifiers.length === state.identifiers.length &&
    identifiers.every((identifier) => state.identifiers.includes(identifier));
  if (displayName === state.displayName && sameIdentifiers) return [];
  return [
    { type: 'AccountDetailsChanged', at: command.at, data: {}, personal: { displayName, identifiers } },
  ];
}

function chosenLocale({ at, locale }: PutAccount, state: EnrolledAccount | null): readonly AccountEvent[] {
  if (locale === undefined || locale === (state?.locale ?? null)) return [];
  return [{ type: 'LocaleChosen', at, data: { locale }, personal: {} }];
}

/** The first link is the relying party's word, another one takes the account's own proof. */
function relinks({ liveness }: PutAccount, { livenessSubject: linked }: EnrolledAccount): boolean {
  if (liveness === undefined || linked === null) return false;
  return linked.provider !== liveness.provider || linked.subject !== liveness.subject;
}

function linkedSubject(
  command: PutAccount,
  state: EnrolledAccount | null,
  proof: Proof,
  securityEpoch: number | null,
): readonly AccountEvent[] {
  const { liveness } = command;
  const linked = state?.livenessSubject;
  if (liveness === undefined) return [];
  if (linked?.provider === liveness.provider && linked.subject === liveness.subject) return [];
  return [
    {
      type: 'LivenessSubjectLinked',
      at: command.at,
      data: { provider: liveness.provider, proof, securityEpoch },
      personal: { subject: liveness.subject },
    },
  ];
}
