import type { AccountEventType, CodeFactor, Factor, FactorsChanged } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import { personalOf } from '../../domain/kernel/event.js';
import type { ResetId, SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { defineProjection } from './define-projection.js';
import { deletedAccount } from './deleted-account.js';
import type { ProjectedEvent, Row, Table, Value, Write } from './projection.js';
import { sealContext } from '../sealed-json.js';

/**
 * One row for each account. Every piece of personal data is a sealed column of its own, because an event
 * that changes one piece doesn't tell the others.
 */
const ACCOUNTS = {
  name: 'account-overview',
  columns: {
    rp: 'text',
    subject: 'text',
    user_handle: 'text',
    account_id: 'blob',
    display_name: 'blob',
    phone: 'blob',
    email: 'blob',
    pending_phone: 'blob',
    pending_email: 'blob',
    pending_totp: 'integer',
    factors: 'text',
    locale: 'text',
    disabled_sms: 'integer',
    disabled_email: 'integer',
    disabled_totp: 'integer',
    disabled_password: 'integer',
    passkey_count: 'integer',
    locked_until: 'integer',
    phone_cooling_off_until: 'integer',
    reset_cooling_off_until: 'integer',
    open_reset: 'text',
    open_reset_status: 'text',
    open_reset_until: 'integer',
    disputed: 'integer',
    reset_required: 'integer',
    email_cooling_off_until: 'integer',
    entry_points: 'text',
    security_epoch: 'integer',
    created_at: 'integer',
    last_event_at: 'integer',
    revision: 'integer',
  },
  primaryKey: ['rp', 'subject'],
} as const satisfies Table;

export type SealedAccountColumn =
  'account_id' | 'display_name' | 'phone' | 'email' | 'pending_phone' | 'pending_email';

/** Which column says that a factor is disabled. */
export const DISABLED = {
  sms: 'disabled_sms',
  email: 'disabled_email',
  totp: 'disabled_totp',
  password: 'disabled_password',
} as const satisfies Record<Factor, keyof typeof ACCOUNTS.columns>;

/** What a sealed column of an account's row is bound to. */
export function accountOverviewContext(subject: SubjectId, column: SealedAccountColumn): string {
  return sealContext(ACCOUNTS.name, subject, column);
}

const NO_OPEN_RESET = { open_reset: null, open_reset_status: null, open_reset_until: null } as const;
/** After a reset nothing of before waits for its confirmation. */
const NOTHING_PENDING = { pending_phone: null, pending_email: null, pending_totp: 0 } as const;

export const accountOverview = defineProjection<AccountEventType>({
  name: 'account-overview',
  version: 7,
  tables: [ACCOUNTS],
  readsPersonal: ['AccountEnrolled', 'AccountDetailsChanged', 'FactorsChanged'],
  on: {
    AccountEnrolled(projected) {
      const { event, revision, rp, subject } = projected;
      const personal = personalOf(event);
      return [
        {
          kind: 'put',
          table: ACCOUNTS.name,
          row: {
            rp,
            subject,
            user_handle: event.data.userHandle,
            account_id: sealed(projected, 'account_id', personal?.accountId),
            display_name: sealed(projected, 'display_name', personal?.displayName),
            phone: sealed(projected, 'phone', personal?.contacts.phone),
            email: sealed(projected, 'email', personal?.contacts.email),
            ...NOTHING_PENDING,
            factors: JSON.stringify(event.data.factors),
            locale: null,
            disabled_sms: 0,
            disabled_email: 0,
            disabled_totp: 0,
            disabled_password: 0,
            passkey_count: 0,
            locked_until: null,
            phone_cooling_off_until: null,
            reset_cooling_off_until: null,
            ...NO_OPEN_RESET,
            disputed: 0,
            reset_required: 0,
            email_cooling_off_until: null,
            entry_points: '{}',
            security_epoch: 0,
            created_at: event.at,
            last_event_at: event.at,
            revision,
          },
        },
      ];
    },

    FactorsChanged(projected) {
      const { data } = projected.event;
      const { emailCoolingOffUntil: email, phoneCoolingOffUntil: phone } = data;
      const coolingOff = {
        ...(phone !== null && { phone_cooling_off_until: phone }),
        ...(email !== null && { email_cooling_off_until: email }),
      };
      return changed(projected, {
        set: {
          ...changedContacts(projected),
          ...coolingOff,
          factors: JSON.stringify(data.factors),
          security_epoch: data.securityEpoch,
        },
      });
    },

    AccountDetailsChanged(projected) {
      const displayName = personalOf(projected.event)?.displayName;
      return changed(projected, { set: { display_name: sealed(projected, 'display_name', displayName) } });
    },

    LocaleChosen: (projected) => changed(projected, { set: { locale: projected.event.data.locale } }),

    AccountLocked: (projected) => changed(projected, { set: { locked_until: projected.event.data.until } }),
    FactorDisabled: (projected) =>
      changed(projected, { set: { [DISABLED[projected.event.data.factor]]: 1 } }),
    FactorReinstated: (projected) =>
      changed(projected, { set: { [DISABLED[projected.event.data.factor]]: 0 } }),
    AccountUnlocked(projected) {
      const { reason } = projected.event.data;
      return changed(projected, {
        set: {
          ...(reason !== 'reset-disputed' && { locked_until: null }),
          ...(reason !== 'too-many-failures' && { disputed: 0 }),
        },
      });
    },

    PasskeyRegistered(projected) {
      const { at, data } = projected.event;
      return changed(projected, {
        add: { passkey_count: 1 },
        ...(data.resetId === null ? {} : { set: { ...NO_OPEN_RESET, reset_required: 0 } }),
        addMembers: { entry_points: { [data.entryPoint]: at } },
      });
    },

    PasskeyRemoved: (projected) => changed(projected, { add: { passkey_count: -1 } }),

    LivenessResetRequested(projected) {
      const { resetId, expiresAt } = projected.event.data;
      return changed(projected, { set: openReset(resetId, 'requested', expiresAt) });
    },
    LivenessResetCancelled: noResetOpen,
    LivenessResetRejected: noResetOpen,
    LivenessResetExpired: noResetOpen,

    LivenessResetCompleted(projected) {
      const { resetId, coolingOffUntil, windowUntil, securityEpoch } = projected.event.data;
      return changed(projected, {
        set: {
          ...openReset(resetId, 'passed', windowUntil),
          ...NOTHING_PENDING,
          reset_required: 1,
          reset_cooling_off_until: coolingOffUntil,
          security_epoch: securityEpoch,
        },
      });
    },

    LivenessResetDisputed(projected) {
      const { securityEpoch } = projected.event.data;
      return changed(projected, {
        set: {
          ...NO_OPEN_RESET,
          ...NOTHING_PENDING,
          disputed: 1,
          reset_required: 1,
          security_epoch: securityEpoch,
        },
      });
    },

    LivenessAttemptFailed: (projected) => changed(projected, { set: { open_reset_status: 'retry' } }),
    LivenessSubjectLinked(projected) {
      const { securityEpoch } = projected.event.data;
      return changed(projected, securityEpoch === null ? {} : { set: { security_epoch: securityEpoch } });
    },
    SecurityCheckPassed: seen,
    SecurityCheckFailed: seen,
    PasskeyRenamed: seen,
    PasskeyUsed: seen,
    PasskeyCloneSuspected: seen,
    StepUpPassed: seen,
    StepUpDenied: seen,
    StepUpConsumed: seen,
    PasskeyVerificationFailed: seen,
    SignedInByFallback: seen,
    SignInApprovalRequested: seen,
    SignInNumberMismatched: seen,
    SignInApproved: seen,
    SignInDenied: seen,
    SignInApprovalExpired: seen,
    SignInRecoveryStarted: seen,
    DeviceTrusted: seen,
    DeviceRemoved: seen,

    AccountErased: (projected) => [deletedAccount(projected, ACCOUNTS)],
  },
});

type Patch = Extract<Write, { kind: 'patch' }>;

function changed(
  { event, revision, rp, subject }: ProjectedEvent,
  { set, ...more }: Omit<Patch, 'kind' | 'table' | 'key'>,
): readonly Write[] {
  return [
    {
      kind: 'patch',
      table: ACCOUNTS.name,
      key: { rp, subject },
      set: { last_event_at: event.at, revision, ...set },
      ...more,
    },
  ];
}

function openReset(resetId: ResetId, status: 'requested' | 'passed', until: Instant): Row {
  return { open_reset: resetId, open_reset_status: status, open_reset_until: until };
}

function noResetOpen(projected: ProjectedEvent): readonly Write[] {
  return changed(projected, { set: NO_OPEN_RESET });
}

function seen(projected: ProjectedEvent): readonly Write[] {
  return changed(projected, {});
}

/** Which columns show a factor's destination. A TOTP secret is none and stands nowhere in the read models. */
const COLUMNS_OF = {
  sms: { confirmed: 'phone', pending: 'pending_phone' },
  email: { confirmed: 'email', pending: 'pending_email' },
} as const satisfies Record<Exclude<CodeFactor, 'totp'>, Record<string, SealedAccountColumn>>;

function changedContacts(projected: ProjectedEvent<FactorsChanged>): Row {
  const contacts = personalOf(projected.event)?.contacts ?? {};
  const columns: Record<string, Value> = {};
  for (const { factor, change } of projected.event.data.changes) {
    // A factor that is another one now, or confirmed anew, is not disabled any more.
    if (change === 'confirmed' || change === 'removed') columns[DISABLED[factor]] = 0;
    if (factor === 'totp') {
      columns['pending_totp'] = change === 'proposed' ? 1 : 0;
      continue;
    }
    const { confirmed, pending } = COLUMNS_OF[factor];
    const value = contacts[CONTACT_OF[factor]];
    columns[pending] = change === 'proposed' ? sealed(projected, pending, value) : null;
    if (change === 'confirmed') columns[confirmed] = sealed(projected, confirmed, value);
    if (change === 'removed') columns[confirmed] = null;
  }
  return columns;
}

function sealed(
  { seal, subject }: ProjectedEvent,
  column: SealedAccountColumn,
  value: string | null | undefined,
): Uint8Array | null {
  return value === undefined || value === null ? null : seal(accountOverviewContext(subject, column), value);
}
