import type { SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Keyring } from '../ports/keyring.js';
import type { Range, ReadModels, RowQuery } from '../ports/read-models.js';
import type { PasskeyProviders } from '../ports/webauthn.js';
import { accountOverview, accountOverviewContext } from '../projections/account-overview.js';
import { compliance } from '../projections/compliance/compliance.js';
import type { Measure } from '../projections/compliance/counting.js';
import { SLOT } from '../projections/compliance/counting.js';
import { COUNTS } from '../projections/compliance/tables.js';
import { endOfTurn } from '../projections/event-loop.js';
import type { Row } from '../projections/projection.js';
import { numberOf, openText, textOf } from '../queries/sealed-column.js';
import type { Day } from './calendar.js';
import { daysAfter } from './calendar.js';
import type { Asked, Cursor, Page, ReportRow } from './report.js';

/** How often something happened. */
export interface Counted {
  readonly measure: Measure;
  readonly what: string;
  readonly how: string;
  readonly count: number;
}

/** All rows of a table that match, in the order of columns that tell them apart. */
export type Listing = Pick<RowQuery, 'table' | 'where' | 'ranges'> & { readonly orderBy: readonly string[] };

/** So many rows are read before others have their turn. */
const PAGE = 1_000;

/** Where reports get their figures. */
export class ReportData {
  constructor(
    private readonly readModels: ReadModels,
    private readonly keyring: Keyring,
    private readonly providers: PasskeyProviders,
  ) {}

  /** What was counted on each day asked for. A day costs the same however often things happened on it. */
  async *daily(
    asked: Asked,
    measures: readonly Measure[],
  ): AsyncIterable<readonly [Day, readonly Counted[]]> {
    for (const day of asked.calendar.days(asked.from, asked.to)) {
      const from = asked.calendar.startOf(day) / SLOT;
      const before = asked.calendar.startOf(daysAfter(day, 1)) / SLOT;
      yield [day, await this.counted(asked, measures, { from, before })];
      await endOfTurn();
    }
  }

  /** What was counted before the first day asked for. */
  before(asked: Asked, measures: readonly Measure[]): Promise<readonly Counted[]> {
    return this.counted(asked, measures, { before: asked.calendar.startOf(asked.from) / SLOT });
  }

  private async counted(
    { policy }: Asked,
    measures: readonly Measure[],
    slots: Omit<Range, 'column'>,
  ): Promise<readonly Counted[]> {
    const counted: Counted[] = [];
    for (const measure of measures) {
      const rows = await this.readModels.sums(compliance.name, {
        table: COUNTS.name,
        where: { rp: policy.slug, measure },
        ranges: [{ column: 'slot', ...slots }],
        by: ['what', 'how'],
        sum: ['count'],
      });
      for (const row of rows) {
        const count = numberOf(row, 'count');
        if (count !== 0) counted.push({ measure, what: textOf(row, 'what'), how: textOf(row, 'how'), count });
      }
    }
    return counted;
  }

  private list(query: RowQuery): Promise<readonly Row[]> {
    return this.readModels.list(compliance.name, query);
  }

  /** Everything, without holding up others. */
  async *all(query: Listing): AsyncIterable<readonly Row[]> {
    let after: Cursor | undefined;
    for (;;) {
      const rows = await this.list({ ...query, limit: PAGE, ...(after !== undefined && { after }) });
      yield rows;
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      after = placeOf(last, query.orderBy);
      await endOfTurn();
    }
  }

  /** One page of a query's rows, each as it is to be shown. */
  async page(
    query: Listing,
    after: Cursor | null,
    limit: number,
    show: (row: Row) => Promise<ReportRow>,
  ): Promise<Page> {
    const rows = await this.list({ ...query, limit: limit + 1, ...(after !== null && { after }) });
    const shown: ReportRow[] = [];
    for (const row of rows.slice(0, limit)) shown.push(await show(row));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { rows: shown, next: last === undefined ? null : placeOf(last, query.orderBy) };
  }

  /** The relying party's own id of an account; null where it was erased. */
  async accountId(rp: string, subject: SubjectId): Promise<string | null> {
    const key = await this.keyring.find(subject);
    if (key === undefined) return null;
    const row = await this.readModels.find(accountOverview.name, {
      table: accountOverview.name,
      where: { rp, subject },
    });
    return row === undefined
      ? null
      : openText(row, 'account_id', accountOverviewContext(subject, 'account_id'), key);
  }

  /** Who keeps the passkey, by its AAGUID. */
  provider(aaguid: string): string {
    return this.providers.nameOf(aaguid) ?? 'unknown';
  }
}

export function subjectOf(row: Row): SubjectId {
  return as<SubjectId>(textOf(row, 'subject'));
}

/** Where a row stands in an order. */
function placeOf(row: Row, orderBy: readonly string[]): Cursor {
  return orderBy.map((column) => {
    const value = row[column];
    if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`no order by ${column}`);
    return value;
  });
}
