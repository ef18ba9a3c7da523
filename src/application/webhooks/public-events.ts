import type { AccountEvent, AccountEventOf, AccountEventType } from '../../domain/account/events.js';
import type { WebhookEvent } from '../../domain/policy/webhooks.js';

/** What a product's backend is told of an event: ids, kinds and times, and nothing personal. */
export interface PublicEvent {
  readonly type: WebhookEvent;
  readonly data: Readonly<Record<string, unknown>>;
}

type Announce<Event extends AccountEvent> = (event: Event) => PublicEvent | undefined;

type Table<Types extends AccountEventType> = { readonly [Type in Types]: Announce<AccountEventOf<Type>> };

/**
 * One entry for each type of event that a backend is told of. What it asked for itself and was answered (sign-ins, step-ups, its own word
 * on an account) is not among them; what its user, an attacker, a clock or the liveness provider did is.
 */
const announced = announcers({
  PasskeyRegistered: ({ data: { passkeyId, resetId, sensitiveActionsFrom } }) => ({
    type: 'passkey.created',
    data: { passkeyId, resetId, sensitiveActionsFrom },
  }),
  PasskeyRenamed: ({ data: { passkeyId } }) => ({ type: 'passkey.renamed', data: { passkeyId } }),
  // Those of an erased account are told of with it, by ids alone.
  PasskeyRemoved: ({ data: { passkeyId, why } }) =>
    why === 'account-erased' ? undefined : { type: 'passkey.removed', data: { passkeyId, reason: why } },
  PasskeyCloneSuspected: ({ data: { consequence, passkeyId } }) => ({
    type: `passkey.${consequence}`,
    data: { passkeyId },
  }),
  FactorsChanged: ({ data }) => {
    // What is only proposed counts for nothing.
    const changes = data.changes.filter(({ change }) => change === 'confirmed' || change === 'removed');
    if (changes.length === 0) return undefined;
    const { emailCoolingOffUntil, factors, phoneCoolingOffUntil, securityEpoch } = data;
    return {
      type: 'factors.changed',
      data: { changes, factors, phoneCoolingOffUntil, emailCoolingOffUntil, securityEpoch },
    };
  },
  FactorDisabled: ({ data: { factor } }) => ({ type: 'factor.disabled', data: { factor } }),
  FactorReinstated: ({ data: { factor } }) => ({ type: 'factor.reinstated', data: { factor } }),
  AccountLocked: ({ data: { until, why } }) => ({ type: 'account.locked', data: { reason: why, until } }),
  AccountUnlocked: ({ data: { reason } }) => ({ type: 'account.unlocked', data: { reason } }),
  LivenessResetRequested: ({ data: { expiresAt, resetId } }) => ({
    type: 'reset.requested',
    data: { resetId, expiresAt },
  }),
  LivenessResetCancelled: ({ data: { reason, resetId } }) => ({
    type: 'reset.cancelled',
    data: { resetId, reason },
  }),
  LivenessResetRejected: ({ data: { reason, resetId } }) => ({
    type: 'reset.rejected',
    data: { resetId, reason },
  }),
  LivenessResetExpired: ({ data: { reason, resetId } }) => ({
    type: 'reset.expired',
    data: { resetId, reason },
  }),
  LivenessResetCompleted: ({ data }) => {
    const { coolingOffUntil, removedPasskeyIds, resetId, securityEpoch, windowUntil } = data;
    return {
      type: 'reset.completed',
      data: { resetId, removedPasskeyIds, windowUntil, coolingOffUntil, securityEpoch },
    };
  },
  LivenessResetDisputed: ({ data: { removedPasskeyIds, resetId, securityEpoch } }) => ({
    type: 'reset.disputed',
    data: { resetId, removedPasskeyIds, securityEpoch },
  }),
  DeviceTrusted: ({ data: { deviceId, why } }) => ({
    type: 'device.trusted',
    data: { deviceId, reason: why },
  }),
  DeviceRemoved: ({ data: { deviceId, endedSessions, why } }) => ({
    type: 'device.removed',
    data: { deviceId, reason: why, endedSessions },
  }),
  SignInDenied: ({ data: { approvalId, why } }) => ({
    type: 'sign_in.denied',
    data: { approvalId, reason: why },
  }),
  SignInRecoveryStarted: ({ data: { approvalId, approvedFrom } }) => ({
    type: 'sign_in.recovery_started',
    data: { approvalId, approvedFrom },
  }),
});

export const ANNOUNCED_TYPES: readonly AccountEventType[] = announced.types;

/** Undefined where nobody is told. The account's end is not here: of an erased account nothing is read. */
export const publicEventOf = announced.publicEventOf;

function announcers<Types extends AccountEventType>(
  table: Table<Types>,
): {
  readonly types: readonly Types[];
  readonly publicEventOf: (event: AccountEvent) => PublicEvent | undefined;
} {
  const isAnnounced = (event: AccountEvent): event is AccountEventOf<Types> =>
    Object.hasOwn(table, event.type);
  return {
    types: Object.keys(table) as Types[],
    publicEventOf: (event) => (isAnnounced(event) ? table[event.type](event) : undefined),
  };
}
