import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import type { ResetStatus } from '../projections/account-resets.js';
import { accountResets } from '../projections/account-resets.js';
import type { Row } from '../projections/projection.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, numberOrNull, textOf } from './sealed-column.js';

export interface ResetView {
  readonly resetId: string;
  readonly status: ResetStatus;
  readonly provider: string;
  /** Which of the day's attempts. */
  readonly attempt: number;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
  readonly windowUntil?: Instant;
  readonly coolingOffUntil?: Instant;
  /** When the new passkey was added with the reset's secret. */
  readonly passkeyAddedAt?: Instant;
}

export class GetResetQuery extends Query<Reading<ResetView>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    readonly resetId: string,
  ) {
    super();
  }
}

@QueryHandler(GetResetQuery)
export class GetResetHandler implements IQueryHandler<GetResetQuery> {
  constructor(
    private readonly reader: AccountReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(query: GetResetQuery): Promise<Reading<ResetView>> {
    const reading = await this.reader.read(query, accountResets.name, async ({ subject }) => ({
      row: await this.readModels.find(accountResets.name, {
        table: accountResets.name,
        where: { rp: query.policy.slug, subject, reset_id: query.resetId },
      }),
    }));
    if (!reading.ok) return reading;
    const { row } = reading.answer;
    return row === undefined
      ? { ok: false, rejection: rejection('reset-not-found') }
      : { ok: true, answer: this.view(row) };
  }

  private view(row: Row): ResetView {
    const expiresAt = numberOf(row, 'expires_at');
    const stored = textOf(row, 'status') as ResetStatus;
    const open = stored === 'requested' || stored === 'retry';
    const windowUntil = numberOrNull(row, 'window_until');
    const coolingOffUntil = numberOrNull(row, 'cooling_off_until');
    const passkeyAddedAt = numberOrNull(row, 'passkey_added_at');
    return {
      resetId: textOf(row, 'reset_id'),
      // Its time is over whether or not the timer has come round to saying so.
      status: open && expiresAt <= this.clock.now() ? 'expired' : stored,
      provider: textOf(row, 'provider'),
      attempt: numberOf(row, 'attempt'),
      requestedAt: numberOf(row, 'requested_at'),
      expiresAt,
      ...(windowUntil !== null && { windowUntil }),
      ...(coolingOffUntil !== null && { coolingOffUntil }),
      ...(passkeyAddedAt !== null && { passkeyAddedAt }),
    };
  }
}
