import type { Measure } from '../projections/compliance/counting.js';
import type { Counted, ReportData } from './report-data.js';
import type { Asked, OpenedReport, ReportRow } from './report.js';
import { allAtOnce } from './report.js';

/** A report of one measure, with a row for each thing that happened on a day. */
export async function dailyCounts(
  asked: Asked,
  data: ReportData,
  measure: Measure,
  columnsOf: (counted: Counted) => ReportRow,
  totalsOf: (rows: readonly ReportRow[]) => ReportRow,
): Promise<OpenedReport> {
  const rows: ReportRow[] = [];
  for await (const [day, counted] of data.daily(asked, [measure])) {
    rows.push(...counted.map((each) => ({ day, ...columnsOf(each), count: each.count })));
  }
  return allAtOnce(totalsOf(rows), rows);
}

export function sumOf(rows: readonly ReportRow[], column: string, value: string): number {
  return rows.reduce((sum, row) => (row[column] === value ? sum + Number(row['count']) : sum), 0);
}
