import type { Cell, Cells } from '../contract.js';

export type Bucket = 'day' | 'week' | 'month';
export const BUCKETS: readonly Bucket[] = ['day', 'week', 'month'];

/** What a chart draws: for each category as many values as there are series. */
export interface Plot {
  readonly kind: 'bars' | 'lines';
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** How a report's rows become a plot. */
export interface Drawn {
  readonly kind: Plot['kind'];
  /** The column that categories are taken from; days are put into buckets. */
  readonly category: string;
  /** The columns that rows may be told apart by; the first unless another is chosen. */
  readonly by: readonly string[];
  /** What a row adds to its series; a row counts as one where no column says how many. */
  readonly values: (row: Cells, by: string) => readonly (readonly [series: string, value: number])[];
  /** A level, of which a bucket shows the last one, in place of numbers that add up. */
  readonly level?: true;
}

/** More than these can't be told apart by their looks; the smaller ones are put together. */
const MOST_SERIES = 6;

export function plotOf(
  drawn: Drawn,
  rows: readonly Cells[],
  by: string,
  bucket: Bucket,
  others: string,
): Plot {
  const { category, kind, level, values } = drawn;
  const table = new Map<string, Map<string, number>>();
  const totals = new Map<string, number>();
  let day: Cell | undefined;
  for (const row of rows) {
    const where = category === 'day' ? bucketOf(textOf(row['day']), bucket) : textOf(row[category]);
    const cells = table.get(where) ?? new Map<string, number>();
    table.set(where, cells);
    // What of a bucket comes later replaces the level of before.
    if (level === true && day !== row['day']) cells.clear();
    day = row['day'];
    for (const [series, value] of values(row, by)) {
      cells.set(series, (cells.get(series) ?? 0) + value);
      totals.set(series, (totals.get(series) ?? 0) + value);
    }
  }
  const ranked = [...totals].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  const few = ranked.length <= MOST_SERIES ? ranked : ranked.slice(0, MOST_SERIES - 1);
  const named = [...totals.keys()].filter((name) => few.includes(name));
  const categories = [...table.keys()];
  const valueAt = (where: string, names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (table.get(where)?.get(name) ?? 0), 0);
  const rest = ranked.filter((name) => !few.includes(name));
  return {
    kind,
    categories,
    series: [
      ...named.map((name) => ({ name, values: categories.map((where) => valueAt(where, [name])) })),
      ...(rest.length === 0
        ? []
        : [{ name: others, values: categories.map((where) => valueAt(where, rest)) }]),
    ],
  };
}

export function textOf(cell: Cell | undefined): string {
  return cell === null || cell === undefined || cell === '' ? '–' : String(cell);
}

/** Weeks are named by their Monday (ISO 8601). */
function bucketOf(day: string, bucket: Bucket): string {
  if (bucket === 'month') return day.slice(0, 7);
  const at = new Date(`${day}T00:00:00Z`);
  if (bucket === 'day' || Number.isNaN(at.getTime())) return day;
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}
