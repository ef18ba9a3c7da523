import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { ReadLimits } from '../../domain/audit/events.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Language } from '../../domain/texts/language.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import type { LogCursor } from '../audit/event-search.js';
import { EventSearch } from '../audit/event-search.js';
import type { EventView } from '../audit/event-view.js';
import { eventView } from '../audit/event-view.js';
import type { Reader } from '../audit/history-reader.js';
import { EVERYTHING, HistoryReader } from '../audit/history-reader.js';
import { LoggedEvents } from '../audit/logged-events.js';
import type { Reading } from './account-reader.js';

export interface HistorySearch extends Partial<Omit<ReadLimits, 'subject'>> {
  readonly accountId?: string;
}

export interface EventPage {
  readonly events: readonly EventView[];
  /** Where to read on; absent at the end of what was recorded when the reading began. */
  readonly next?: LogCursor;
}

/** Events of a relying party in the order of its log, a page at a time. That it is asked is recorded first. */
export class SearchHistoryQuery extends Query<Reading<EventPage>> {
  /** @param what an account's own history names its account */
  constructor(
    readonly reader: Reader,
    readonly what: 'search' | 'account-history',
    readonly search: HistorySearch,
    readonly cursor: LogCursor | null,
    readonly limit: number,
    readonly language: Language,
    /** Each event with its stored bytes. */
    readonly stored: boolean,
  ) {
    super();
  }
}

@QueryHandler(SearchHistoryQuery)
export class SearchHistoryHandler implements IQueryHandler<SearchHistoryQuery> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly reader: HistoryReader,
    private readonly events: EventSearch,
    private readonly logged: LoggedEvents,
  ) {}

  async execute(query: SearchHistoryQuery): Promise<Reading<EventPage>> {
    const { cursor, language, limit, reader, search, stored, what } = query;
    const rp = reader.policy.slug;
    const { accountId, ...rest } = search;
    const subject = accountId === undefined ? null : await this.directory.subjectOfAccount(rp, accountId);
    if (subject === undefined) return { ok: false, rejection: rejection('account-not-found') };
    const limits = { ...EVERYTHING, ...rest, subject };
    const from = await this.reader.begin(reader, what, limits, cursor);
    if ('code' in from) return { ok: false, rejection: from };
    const { rows, next } = await this.events.page(rp, limits, from, limit);
    const events = await this.logged.of(rp, rows, reader.opens);
    const views = events.map((event) => eventView(event, language, stored));
    return { ok: true, answer: { events: views, ...(next && { next }) } };
  }
}
