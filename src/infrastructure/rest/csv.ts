/** What a cell may hold. */
export type CsvCell = string | number | boolean | null;

/** A spreadsheet takes what begins so for a formula, and formulas can fetch and run things (CWE-1236). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/u;

/**
 * One record of RFC 4180, with its line end. Nothing is written for null. Text that a spreadsheet would take for a formula gets
 * an apostrophe in front, as OWASP says, so that it is shown and not run; numbers are never touched.
 */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(fieldOf).join(',')}\r\n`;
}

function fieldOf(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
