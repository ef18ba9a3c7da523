import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { CodeFactor, ContactFactors, Factor } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { FactorView } from '../accounts/factor-views.js';
import { FactorViews } from '../accounts/factor-views.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import type { SealedAccountColumn } from '../projections/account-overview.js';
import { accountOverview, accountOverviewContext, DISABLED } from '../projections/account-overview.js';
import type { Row } from '../projections/projection.js';
import type { AccountQuery, ReadAccount, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, numberOrNull, openText, textOf, textOrNull } from './sealed-column.js';

export interface AccountView {
  readonly accountId: string;
  readonly userHandle: string;
  readonly displayName: string | null;
  /** Null where nobody chose one. */
  readonly locale: string | null;
  readonly status: 'active' | 'locked';
  readonly factors: readonly FactorView[];
  readonly passkeyCount: number;
  readonly lockedUntil: Instant | null;
  /** Null unless it is locked. */
  readonly lockReason: 'too-many-failures' | 'reset-disputed' | null;
  readonly coolingOff: {
    readonly phoneChangeUntil: Instant | null;
    readonly emailChangeUntil: Instant | null;
    readonly resetUntil: Instant | null;
  };
  /** The passkeys were reset: the next one is added by a reset's secret, and by nothing else. */
  readonly resetRequired: boolean;
  /** Under way, or passed and waiting for the new passkey. */
  readonly openReset: OpenResetView | null;
  /** Completed once a passkey was created through an entry point that the policy calls a compliance step. */
  readonly onboarding: { readonly completed: boolean; readonly completedAt: Instant | null };
  readonly createdAt: Instant;
}

export type OpenResetView =
  | {
      readonly resetId: string;
      readonly status: 'requested' | 'retry';
      readonly expiresAt: Instant;
    }
  | { readonly resetId: string; readonly status: 'passed'; readonly windowUntil: Instant };

export class GetAccountQuery extends Query<Reading<AccountView>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
  ) {
    super();
  }
}

@QueryHandler(GetAccountQuery)
export class GetAccountHandler implements IQueryHandler<GetAccountQuery> {
  constructor(
    private readonly reader: AccountReader,
    private readonly factors: FactorViews,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(query: GetAccountQuery): Promise<Reading<AccountView>> {
    return this.reader.read(query, accountOverview.name, async (account) => {
      const row = await this.readModels.find(accountOverview.name, {
        table: accountOverview.name,
        where: { rp: query.policy.slug, subject: account.subject },
      });
      return row && this.view(query.policy, account, row);
    });
  }

  private view(policy: RelyingParty, { subject, key }: ReadAccount, row: Row): AccountView {
    const now = this.clock.now();
    const text = (column: SealedAccountColumn): string | null =>
      openText(row, column, accountOverviewContext(subject, column), key);
    const lockedUntil = future(numberOrNull(row, 'locked_until'), now);
    const completedAt = onboardingOf(policy, row);
    const disputed = numberOf(row, 'disputed') === 1;
    return {
      accountId: text('account_id') ?? '',
      userHandle: textOf(row, 'user_handle'),
      displayName: text('display_name'),
      locale: textOrNull(row, 'locale'),
      status: lockedUntil === null && !disputed ? 'active' : 'locked',
      factors: this.factors.of(factorsOf(row, text)),
      passkeyCount: numberOf(row, 'passkey_count'),
      lockedUntil: disputed ? null : lockedUntil,
      lockReason: disputed ? 'reset-disputed' : lockedUntil === null ? null : 'too-many-failures',
      coolingOff: {
        phoneChangeUntil: future(numberOrNull(row, 'phone_cooling_off_until'), now),
        emailChangeUntil: future(numberOrNull(row, 'email_cooling_off_until'), now),
        resetUntil: future(numberOrNull(row, 'reset_cooling_off_until'), now),
      },
      resetRequired: numberOf(row, 'reset_required') === 1,
      openReset: openResetOf(row, now),
      onboarding: { completed: completedAt !== null, completedAt },
      createdAt: numberOf(row, 'created_at'),
    };
  }
}

const FACTORS: readonly Factor[] = ['sms', 'email', 'totp', 'password'];

type ReadText = (column: SealedAccountColumn) => string | null;

function factorsOf(row: Row, text: ReadText): Parameters<FactorViews['of']>[0] {
  const factors = JSON.parse(textOf(row, 'factors')) as readonly CodeFactor[];
  return {
    factors,
    contacts: contacts(text('phone'), text('email'), factors.includes('totp')),
    disabledFactors: FACTORS.filter((factor) => row[DISABLED[factor]] === 1),
    proposed: contacts(text('pending_phone'), text('pending_email'), numberOf(row, 'pending_totp') === 1),
  };
}

/** The secret of an authenticator app is in no read model, and its view needs none. */
function contacts(phone: string | null, email: string | null, totp: boolean): ContactFactors {
  return {
    ...(phone !== null && { phone }),
    ...(email !== null && { email }),
    ...(totp && { totpSecret: '' }),
  };
}

function onboardingOf(policy: RelyingParty, row: Row): Instant | null {
  const done = JSON.parse(textOf(row, 'entry_points')) as Readonly<Record<string, Instant>>;
  const times = policy.entryPoints
    .filter((entry) => entry.complianceStep)
    .flatMap((entry) => (Object.hasOwn(done, entry.name) ? [done[entry.name] ?? 0] : []));
  return times.length === 0 ? null : Math.min(...times);
}

function openResetOf(row: Row, now: Instant): OpenResetView | null {
  const resetId = textOrNull(row, 'open_reset');
  const until = future(numberOrNull(row, 'open_reset_until'), now);
  if (resetId === null || until === null) return null;
  const status = textOf(row, 'open_reset_status');
  return status === 'passed'
    ? { resetId, status, windowUntil: until }
    : { resetId, status: status === 'retry' ? 'retry' : 'requested', expiresAt: until };
}

function future(until: Instant | null, now: Instant): Instant | null {
  return until !== null && until > now ? until : null;
}
