import type { RowQuery } from '../../../application/ports/read-models.js';
import type { Table, Value } from '../../../application/projections/projection.js';
import { quoted } from './identifiers.js';
import { list } from './tables.js';

export interface Select {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** @throws where the query names a column that the table doesn't have, or pages without an order */
export function select(table: Table, query: RowQuery): Select {
  const { after, descending = false, limit, orderBy, where } = query;
  for (const column of [...Object.keys(where), ...(orderBy === undefined ? [] : [orderBy])]) {
    if (!Object.hasOwn(table.columns, column))
      throw new Error(`${table.name} has no such column to query by`);
  }
  if (after !== undefined && orderBy === undefined) throw new Error('a query can page only in an order');
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new Error('a limit is a positive whole number');
  }
  const conditions = Object.entries(where).map(([column, value]) =>
    value === null ? `${quoted(column)} IS NULL` : `${quoted(column)} = ?`,
  );
  const values = Object.values(where).filter((value) => value !== null);
  if (orderBy !== undefined && after !== undefined) {
    conditions.push(`${quoted(orderBy)} ${descending ? '<' : '>'} ?`);
    values.push(after);
  }
  if (limit !== undefined) values.push(limit);
  const sql = [
    `SELECT ${list(Object.keys(table.columns))} FROM ${quoted(table.name)}`,
    conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    orderBy === undefined ? '' : `ORDER BY ${quoted(orderBy)} ${descending ? 'DESC' : 'ASC'}`,
    limit === undefined ? '' : 'LIMIT ?',
  ].join(' ');
  return { sql, values };
}
