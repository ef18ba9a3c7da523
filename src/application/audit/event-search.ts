import type { ReadLimits } from '../../domain/audit/events.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { DAY } from '../../domain/kernel/time.js';
import type { ReadModels } from '../ports/read-models.js';
import { EVENT_LOG, eventLog } from '../projections/event-log.js';
import type { Row } from '../projections/projection.js';
import { numberOf, textOf, textOrNull } from '../queries/sealed-column.js';

/** So many rows are looked at for a page at most: one that finds little is short, and has a `next` to go on from. */
const LOOKED_AT = 2_000;

/** No clock is set back by more: after an event that much later, none is looked for whose time is before it. */
const CLOCK_SET_BACK = DAY;

/** Where a reading of the log stands: it never shows what was recorded after it began, and so it ends. */
export interface LogCursor {
  /** The size of the log when the reading began. */
  readonly upTo: number;
  /** The last leaf that was looked at; -1 before the first. */
  readonly after: number;
}

export interface FoundRows {
  readonly rows: readonly Row[];
  /** Absent where there is nothing more. */
  readonly next?: LogCursor;
}

/** The one column that rows are found by; what else is asked for is looked at in each of them. */
interface Lookup {
  readonly where: Row;
  readonly matches: (row: Row) => boolean;
}

/** Looks up events of a relying party's log, in its order. What a page costs doesn't depend on how long the log is. */
export class EventSearch {
  constructor(private readonly readModels: ReadModels) {}

  async page(
    rp: RelyingPartySlug,
    limits: ReadLimits,
    { after, upTo }: LogCursor,
    most: number,
  ): Promise<FoundRows> {
    const { matches, where } = await this.lookup(rp, limits);
    const begin = limits.from === null ? 0 : await this.firstReaching(rp, limits.from);
    const found: Row[] = [];
    let last = Math.max(after, begin - 1);
    let isMore = true;
    // Most rows that are looked at are wanted: a few more than that are read only where they are not.
    for (const limit of [most + 1, LOOKED_AT - most - 1]) {
      if (!isMore || found.length > most) break;
      const looked = await this.readModels.list(eventLog.name, {
        table: EVENT_LOG.name,
        where,
        orderBy: 'leaf_index',
        after: last,
        limit,
      });
      const these = looked.filter(
        (row) => numberOf(row, 'leaf_index') < upTo && !isBeyond(row, limits.before),
      );
      found.push(...these.filter(matches));
      isMore = these.length === limit;
      last = placeOf(these.at(-1)) ?? last;
    }
    const rows = found.slice(0, most);
    const cutOff = found.length > most;
    if (!isMore && !cutOff) return { rows };
    return { rows, next: { upTo, after: cutOff ? (placeOf(rows.at(-1)) ?? last) : last } };
  }

  /** Where the log's clock first showed this moment: no earlier event is of it or later. */
  private async firstReaching(rp: RelyingPartySlug, moment: Instant): Promise<number> {
    const [first] = await this.readModels.list(eventLog.name, {
      table: EVENT_LOG.name,
      where: { rp },
      orderBy: 'reached_at',
      after: moment - 1,
      limit: 1,
    });
    return first === undefined ? Number.MAX_SAFE_INTEGER : numberOf(first, 'leaf_index');
  }

  private async lookup(rp: RelyingPartySlug, limits: ReadLimits): Promise<Lookup> {
    const { before, correlationId, credential, eventActor, eventType, from, subject } = limits;
    const wanted: [column: string, value: string][] = [];
    if (credential !== null) wanted.push(await this.passkeyOf(rp, credential));
    // What fewer events share comes first.
    const others = { correlation_id: correlationId, subject, type: eventType, actor: eventActor };
    for (const [column, value] of Object.entries(others)) if (value !== null) wanted.push([column, value]);
    const [first, ...rest] = wanted;
    return {
      where: { rp, ...(first && { [first[0]]: first[1] }) },
      matches: (row) =>
        rest.every(([column, value]) => textOrNull(row, column) === value) &&
        (from === null || numberOf(row, 'at') >= from) &&
        (before === null || numberOf(row, 'at') < before),
    };
  }

  /** Every event of a passkey names it by our id; the one that registered it names the authenticator's credential too. */
  private async passkeyOf(
    rp: RelyingPartySlug,
    credential: string,
  ): Promise<[column: string, value: string]> {
    const row = await this.readModels.find(eventLog.name, {
      table: EVENT_LOG.name,
      where: { rp, credential_id: credential },
    });
    return ['passkey_id', row === undefined ? credential : textOf(row, 'passkey_id')];
  }
}

function placeOf(row: Row | undefined): number | undefined {
  return row && numberOf(row, 'leaf_index');
}

function isBeyond(row: Row, before: Instant | null): boolean {
  return before !== null && numberOf(row, 'reached_at') >= before + CLOCK_SET_BACK;
}
