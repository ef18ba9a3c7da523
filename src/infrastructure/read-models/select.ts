import type { RowQuery, SumQuery } from '../../application/ports/read-models.js';
import type { Table, Value } from '../../application/projections/projection.js';
import { list, quoted } from './identifiers.js';

export interface Select {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * @param nulls where a database doesn't take what is null for the smallest by itself: says so after a column's direction
 * @param schema what comes before the table's name
 * @throws where the query names a column that the table doesn't have, or pages without an order
 */
export function select(
  table: Table,
  query: RowQuery,
  nulls: (column: string, descending: boolean) => string = () => '',
  schema = '',
): Select {
  const { descending = false, limit } = query;
  const order = several(query.orderBy);
  const after = several(query.after);
  refuseUnknown(table, order);
  if (after.length > 0 && after.length !== order.length) throw new Error('a query can page only in an order');
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new Error('a limit is a positive whole number');
  }
  const { conditions, values } = conditionsOf(table, query);
  if (after.length > 0) {
    const places = after.map(() => '?').join(', ');
    conditions.push(`(${list(order)}) ${descending ? '<' : '>'} (${places})`);
    values.push(...after);
  }
  if (limit !== undefined) values.push(limit);
  const direction = descending ? 'DESC' : 'ASC';
  const sql = [
    `SELECT ${list(Object.keys(table.columns))} FROM ${schema}${quoted(table.name)}`,
    whereAll(conditions),
    order.length === 0
      ? ''
      : `ORDER BY ${order.map((column) => `${quoted(column)} ${direction}${nulls(column, descending)}`).join(', ')}`,
    limit === undefined ? '' : 'LIMIT ?',
  ].join(' ');
  return { sql, values };
}

/** @throws where the query names a column that the table doesn't have */
export function selectSums(table: Table, query: SumQuery, schema = ''): Select {
  const { by, sum } = query;
  refuseUnknown(table, [...by, ...sum]);
  const { conditions, values } = conditionsOf(table, query);
  const sums = sum.map((column) => `coalesce(sum(${quoted(column)}), 0) AS ${quoted(column)}`);
  const sql = [
    `SELECT ${[...by.map(quoted), ...sums].join(', ')} FROM ${schema}${quoted(table.name)}`,
    whereAll(conditions),
    by.length === 0 ? '' : `GROUP BY ${list(by)} ORDER BY ${list(by)}`,
  ].join(' ');
  return { sql, values };
}

function conditionsOf(
  table: Table,
  { where, ranges = [] }: Pick<RowQuery, 'where' | 'ranges'>,
): { readonly conditions: string[]; readonly values: Value[] } {
  refuseUnknown(table, [...Object.keys(where), ...ranges.map(({ column }) => column)]);
  const conditions = Object.entries(where).map(([column, value]) =>
    value === null ? `${quoted(column)} IS NULL` : `${quoted(column)} = ?`,
  );
  const values = Object.values(where).filter((value) => value !== null);
  for (const { column, from, before } of ranges) {
    if (from !== undefined) conditions.push(`${quoted(column)} >= ?`);
    if (before !== undefined) conditions.push(`${quoted(column)} < ?`);
    values.push(...[from, before].filter((bound) => bound !== undefined));
  }
  return { conditions, values };
}

function refuseUnknown(table: Table, columns: readonly string[]): void {
  for (const column of columns) {
    if (!Object.hasOwn(table.columns, column))
      throw new Error(`${table.name} has no such column to query by`);
  }
}

function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

function several<Item extends string | number>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}
