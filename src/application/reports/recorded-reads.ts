import type { HistoryRead } from '../../domain/audit/events.js';
import type { EventSearch, LogCursor } from '../audit/event-search.js';
import { EVERYTHING } from '../audit/history-reader.js';
import type { LoggedEvents } from '../audit/logged-events.js';
import type { AuditCodec } from '../ports/audit-codec.js';
import { daysAfter } from './calendar.js';
import type { Asked } from './report.js';

/** So many are looked up at once. */
const PAGE = 500;

/** Who read the history, as the log tells it. */
export class RecordedReads {
  constructor(
    private readonly search: EventSearch,
    private readonly logged: LoggedEvents,
    private readonly codec: AuditCodec,
  ) {}

  /** In the order of the log, on the days asked for. */
  async *on({ calendar, from, policy, to }: Asked): AsyncIterable<HistoryRead> {
    const limits = {
      ...EVERYTHING,
      eventType: 'HistoryRead',
      from: calendar.startOf(from),
      before: calendar.startOf(daysAfter(to, 1)),
    };
    let cursor: LogCursor | undefined = { upTo: Number.MAX_SAFE_INTEGER, after: -1 };
    while (cursor !== undefined) {
      const { rows, next } = await this.search.page(policy.slug, limits, cursor, PAGE);
      for (const { recorded } of await this.logged.of(policy.slug, rows, false)) {
        if (recorded !== undefined) yield this.codec.decode(recorded).event;
      }
      cursor = next;
    }
  }
}
