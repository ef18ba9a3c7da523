import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { AccountEventType } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { ReadModels } from '../ports/read-models.js';
import { READ_MODELS } from '../ports/read-models.js';
import { accountHistory } from '../projections/account-history.js';
import type { Row } from '../projections/projection.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { AccountReader } from './account-reader.js';
import { numberOf, textOf } from './sealed-column.js';

const PAGE = 100;

export interface HistoryEntry {
  readonly revision: number;
  readonly eventId: string;
  readonly type: AccountEventType;
  readonly at: Instant;
  readonly actor: string;
  readonly correlationId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface HistoryPage {
  readonly events: readonly HistoryEntry[];
  /** The revision to ask after for the next page; absent on the last one. */
  readonly next?: number;
}

/** What happened to an account, oldest first, a page at a time. What is personal stays sealed. */
export class AccountHistoryQuery extends Query<Reading<HistoryPage>> implements AccountQuery {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    readonly afterRevision: number,
  ) {
    super();
  }
}

@QueryHandler(AccountHistoryQuery)
export class AccountHistoryHandler implements IQueryHandler<AccountHistoryQuery> {
  constructor(
    private readonly reader: AccountReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
  ) {}

  execute(query: AccountHistoryQuery): Promise<Reading<HistoryPage>> {
    return this.reader.read(query, accountHistory.name, async ({ subject }) => {
      const rows = await this.readModels.list(accountHistory.name, {
        table: accountHistory.name,
        where: { subject, rp: query.policy.slug },
        orderBy: 'revision',
        after: query.afterRevision,
        limit: PAGE + 1,
      });
      const events = rows.slice(0, PAGE).map(entryOf);
      const last = events.at(-1);
      return rows.length > PAGE && last !== undefined ? { events, next: last.revision } : { events };
    });
  }
}

function entryOf(row: Row): HistoryEntry {
  return {
    revision: numberOf(row, 'revision'),
    eventId: textOf(row, 'event_id'),
    type: textOf(row, 'type') as AccountEventType,
    at: numberOf(row, 'at'),
    actor: textOf(row, 'actor'),
    correlationId: textOf(row, 'correlation_id'),
    data: JSON.parse(textOf(row, 'data')) as Readonly<Record<string, unknown>>,
  };
}
