import type { ReadKind } from '../../domain/audit/events.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Language } from '../../domain/texts/language.js';
import type { Calendar, Day } from './calendar.js';
import type { RecordedReads } from './recorded-reads.js';
import type { ReportData } from './report-data.js';

export const REPORT_NAMES = [
  'passkey-adoption',
  'passkey-inventory',
  'onboarding',
  'resets',
  'step-ups',
  'factors',
  'lock-outs',
  'dormant-passkeys',
  'below-policy',
  'erasures',
  'history-access',
] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

export type Words = Readonly<Record<Language, string>>;

/** A column of the rows, or a total, with what it means: the one place where that is said. */
export interface Figure {
  readonly name: string;
  readonly definition: Words;
}

/** A cell. Instants stand in figures whose name ends in `At`. */
export type Cell = string | number | boolean | null;
export type ReportRow = Readonly<Record<string, Cell>>;

/** What a report is about: days, one moment of the past, or how things are now. */
export type Span = 'days' | 'moment' | 'now';

/** What was asked, in full. */
export interface Asked {
  readonly policy: RelyingParty;
  readonly calendar: Calendar;
  readonly now: Instant;
  readonly from: Day;
  readonly to: Day;
  readonly asOf: Instant;
  /** For so many days a dormant passkey was not used. */
  readonly idleDays: number;
}

export interface Page {
  readonly rows: readonly ReportRow[];
  /** Where the next page begins; null on the last one. */
  readonly next: Cursor | null;
}
export type Cursor = readonly (string | number)[];

/** A report that is open: totals over all rows, and the rows a page at a time. */
export interface OpenedReport {
  readonly totals: ReportRow;
  page(after: Cursor | null, limit: number): Promise<Page>;
}

export interface Report {
  readonly name: ReportName;
  readonly title: Words;
  /** What it answers, in a sentence. */
  readonly about: Words;
  readonly span: Span;
  /** It names accounts: that it is read is recorded first, as this. */
  readonly namesAccounts: ReadKind | false;
  readonly columns: readonly Figure[];
  readonly totals: readonly Figure[];
  open(asked: Asked, data: ReportData, reads: Pick<RecordedReads, 'on'>): Promise<OpenedReport>;
}

/** A report whose rows are few enough to be computed at once. */
export function allAtOnce(totals: ReportRow, rows: readonly ReportRow[]): OpenedReport {
  return { totals, page: () => Promise.resolve({ rows, next: null }) };
}

/** To one decimal place; null of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1_000) / 10;
}
