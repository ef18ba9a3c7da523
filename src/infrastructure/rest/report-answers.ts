import { Readable } from 'node:stream';
import type { Cursor, Figure, Report, ReportRow } from '../../application/reports/report.js';
import type { ReportReading } from '../../application/queries/compliance-report.js';
import type { Language } from '../../domain/texts/language.js';
import type { CsvCell } from './csv.js';
import { csvRecord } from './csv.js';
import { toJson } from './json.js';
import { Refused } from './problem.js';

/** So many rows are read for one part of a stream. */
const PART = 500;

export const FORMATS = ['json', 'csv', 'ndjson'] as const;

/** Everything about a report but its rows. */
export function headOf(
  { report, asked, opened }: ReportReading,
  language: Language,
): Record<string, unknown> {
  const { from, to, asOf, now, policy } = asked;
  return {
    ...describe(report, language),
    relyingParty: policy.slug,
    timeZone: policy.timeZone,
    ...(report.span === 'days' && { from, to }),
    ...(report.span === 'moment' && { asOf: new Date(asOf).toISOString() }),
    generatedAt: new Date(now).toISOString(),
    totals: opened.totals,
  };
}

export function describe(report: Report, language: Language): Record<string, unknown> {
  const told = ({ definition, name }: Figure) => ({ figure: name, definition: definition[language] });
  return {
    report: report.name,
    title: report.title[language],
    about: report.about[language],
    span: report.span,
    definitions: {
      columns: report.columns.map(told),
      totals: report.totals.map(told),
    },
  };
}

/** The head as one line of JSON, then every row as one. */
export function ndjsonOf(reading: ReportReading, language: Language): Readable {
  return streamOf(
    reading,
    JSON.stringify(headOf(reading, language)) + '\n',
    (row) => `${JSON.stringify(row)}\n`,
  );
}

/** A header record, then a record for every row. */
export function csvOf(reading: ReportReading): Readable {
  const columns = reading.report.columns.map(({ name }) => name);
  return streamOf(reading, csvRecord(columns), (row) => csvRecord(columns.map((name) => row[name] ?? null)));
}

/** Rows are read as fast as they are taken, a part at a time. */
function streamOf(
  { opened }: ReportReading,
  head: string,
  written: (row: Readonly<Record<string, CsvCell>>) => string,
): Readable {
  async function* parts(): AsyncGenerator<string> {
    let text = head;
    let after: Cursor | null = null;
    do {
      const { next, rows }: { next: Cursor | null; rows: readonly ReportRow[] } = await opened.page(
        after,
        PART,
      );
      for (const row of rows) text += written(shown(row));
      yield text;
      [text, after] = ['', next];
    } while (after !== null);
  }
  return Readable.from(parts(), { objectMode: false });
}

export function shown(row: ReportRow): ReportRow {
  return toJson(row) as ReportRow;
}

export function fileNameOf({ report, asked }: ReportReading, extension: string): string {
  const { asOf, calendar, from, now, policy, to } = asked;
  const moment = report.span === 'moment' ? asOf : now;
  const span = report.span === 'days' ? `${from}-to-${to}` : calendar.dayOf(moment);
  return `${policy.slug}-${report.name}-${span}.${extension}`;
}

export function writtenCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws Refused where it is no cursor of ours */
export function readCursor(text: unknown): Cursor | null {
  if (text === undefined) return null;
  const cursor = typeof text === 'string' && text.length <= 2_048 ? parsed(text) : undefined;
  if (Array.isArray(cursor) && cursor.length > 0 && cursor.every(isKey)) return cursor;
  throw new Refused('request-invalid', {
    errors: [{ pointer: '/cursor', detail: 'must be a `next` of before' }],
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}
