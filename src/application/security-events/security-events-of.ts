import type {
  AccountEvent,
  AccountEventOf,
  AccountEventType,
  FactorsChanged,
} from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/factor-changes.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import type { SecurityEvent } from '../ports/security-events.js';
import { activePasskeys, proofsAfter } from './proofs-before.js';
import type { ProofsBefore } from './proofs-before.js';

type Tell<Event extends AccountEvent> = (
  event: Event,
  before: ProofsBefore,
  after: ProofsBefore,
) => readonly SecurityEvent[];

type Table<Types extends AccountEventType> = { readonly [Type in Types]: Tell<AccountEventOf<Type>> };

const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
const FACTORS = { sms: 'phone-sms', email: 'email', totp: 'app' } as const;

/** What each type of event is in the terms of CAEP. In the order in which they are numbered, which never changes for a recorded event. */
const told = tellers({
  PasskeyRegistered: ({ data: { passkeyId } }, before, after) => [
    credentialChange(passkeyId, 'create', after),
    ...levelChange(before, after),
  ],
  // Those of an erased account are told to nobody; what a reset takes away it takes from its owner's hands.
  PasskeyRemoved: ({ data: { passkeyId, why } }, before, after) =>
    why === 'account-erased'
      ? []
      : [
          credentialChange(passkeyId, why === 'user' ? 'delete' : 'revoke', after),
          ...levelChange(before, after),
        ],
  PasskeyCloneSuspected: ({ data: { consequence, passkeyId } }, before, after) =>
    consequence === 'flagged'
      ? []
      : [credentialChange(passkeyId, 'revoke', after), ...levelChange(before, after)],
  FactorsChanged: (event, before, after) => [...factorChanges(event), ...allSessions(before, after)],
  LivenessSubjectLinked: (_event, before, after) => allSessions(before, after),
  LivenessResetCompleted: (_event, before, after) => allSessions(before, after),
  LivenessResetDisputed: (_event, before, after) => allSessions(before, after),
  DeviceRemoved: ({ data: { endedSessions } }) =>
    endedSessions.map((sessionId) => ({ kind: 'session-revoked', sessionId })),
});

export const SECURITY_EVENT_TYPES: readonly AccountEventType[] = told.types;
export const securityEventsOf = told.securityEventsOf;

function tellers<Types extends AccountEventType>(
  table: Table<Types>,
): {
  readonly types: readonly Types[];
  readonly securityEventsOf: (event: AccountEvent, before: ProofsBefore) => readonly SecurityEvent[];
} {
  const isTold = (event: AccountEvent): event is AccountEventOf<Types> => Object.hasOwn(table, event.type);
  return {
    types: Object.keys(table) as Types[],
    securityEventsOf: (event, before) =>
      isTold(event) ? table[event.type](event, before, proofsAfter(before, event)) : [],
  };
}

/** A security key has no transport that is built in; whatever else there is lives in a device or is synced among some. */
function credentialChange(
  passkeyId: PasskeyId,
  changeType: 'create' | 'revoke' | 'delete',
  { passkeys }: ProofsBefore,
): SecurityEvent {
  const { aaguid = NO_AAGUID, transports = [] } = passkeys.get(passkeyId) ?? {};
  const roams =
    !transports.includes('internal') &&
    transports.some((transport) => ['usb', 'nfc', 'ble', 'smart-card'].includes(transport));
  return {
    kind: 'credential-change',
    credentialType: roams ? 'fido2-roaming' : 'fido2-platform',
    changeType,
    aaguid: aaguid === NO_AAGUID ? null : aaguid,
  };
}

/** What is only proposed counts for nothing. */
function factorChanges(event: FactorsChanged): readonly SecurityEvent[] {
  const { previous = {} } = personalOf(event) ?? {};
  return event.data.changes.flatMap(({ change, factor }): readonly SecurityEvent[] => {
    if (change !== 'confirmed' && change !== 'removed') return [];
    const existed = previous[CONTACT_OF[factor]] !== undefined;
    if (change === 'removed' && !existed) return [];
    const changeType = change === 'removed' ? 'delete' : existed ? 'update' : 'create';
    return [{ kind: 'credential-change', credentialType: FACTORS[factor], changeType, aaguid: null }];
  });
}

/** Sessions of an earlier security epoch have ended. */
function allSessions(before: ProofsBefore, after: ProofsBefore): readonly SecurityEvent[] {
  return after.securityEpoch > before.securityEpoch ? [{ kind: 'session-revoked', sessionId: null }] : [];
}

/** With the first passkey the account can be signed in to by more than one factor at once, and with the last one no more. */
function levelChange(before: ProofsBefore, after: ProofsBefore): readonly SecurityEvent[] {
  const [had, has] = [before, after].map((proofs) => activePasskeys(proofs) > 0);
  if (had === has) return [];
  const [currentLevel, previousLevel] = has
    ? (['nist-aal2', 'nist-aal1'] as const)
    : (['nist-aal1', 'nist-aal2'] as const);
  return [{ kind: 'assurance-level-change', currentLevel, previousLevel }];
}
