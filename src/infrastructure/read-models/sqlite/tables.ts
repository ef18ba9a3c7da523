import type { Table } from '../../../application/projections/projection.js';
import { list, quoted, quotedOf } from '../identifiers.js';

const TYPES = { text: 'TEXT', integer: 'INTEGER', blob: 'BLOB' } as const;

/** A generation's own copy of a table, without its indexes. */
export function createTable(table: Table, generation: number): string {
  const columns = Object.entries(table.columns).map(([name, type]) => {
    const isKey = table.primaryKey.includes(name);
    return `${quoted(name)} ${TYPES[type]}${isKey ? ' NOT NULL' : ''}`;
  });
  // Rows are wide, and often changed: they have a place of their own, beside the key (no WITHOUT ROWID).
  return `CREATE TABLE ${quotedOf(table.name, generation)}
    (${columns.join(', ')}, PRIMARY KEY (${list(table.primaryKey)})) STRICT`;
}

export function createIndexes(
  { indexes = [], name, sparse = [] }: Table,
  generation: number,
): readonly string[] {
  return indexes.map((columns, index) => {
    const indexName = quotedOf(`${name}-${index}`, generation);
    const there = columns
      .filter((column) => sparse.includes(column))
      .map((column) => `${quoted(column)} IS NOT NULL`);
    const partial = there.length === 0 ? '' : ` WHERE ${there.join(' AND ')}`;
    return `CREATE INDEX ${indexName} ON ${quotedOf(name, generation)} (${list(columns)})${partial}`;
  });
}

/** Readers read this, whatever generation is live. */
export function showTable(table: string, generation: number): string {
  return `CREATE VIEW ${quoted(table)} AS SELECT * FROM ${quotedOf(table, generation)}`;
}

export function hideTable(table: string): string {
  return `DROP VIEW IF EXISTS ${quoted(table)}`;
}
