import type { Table } from '../../../application/projections/projection.js';
import { quoted, quotedOf } from './identifiers.js';

const TYPES = { text: 'TEXT', integer: 'INTEGER', blob: 'BLOB' } as const;

/** The statements that make a generation's own copy of a table. */
export function createTable(table: Table, generation: number): string {
  const columns = Object.entries(table.columns).map(([name, type]) => {
    const isKey = table.primaryKey.includes(name);
    return `${quoted(name)} ${TYPES[type]}${isKey ? ' NOT NULL' : ''}`;
  });
  const key = `PRIMARY KEY (${list(table.primaryKey)})`;
  const name = quotedOf(table.name, generation);
  // Rows are wide, and often changed: they have a place of their own, beside the key (no WITHOUT ROWID).
  const create = `CREATE TABLE ${name} (${[...columns, key].join(', ')}) STRICT`;
  const indexes = (table.indexes ?? []).map(
    (indexed, index) =>
      `CREATE INDEX ${quotedOf(`${table.name}-${index}`, generation)} ON ${name} (${list(indexed)})`,
  );
  return [create, ...indexes].join('; ');
}

/** Readers read this, whatever generation is live. */
export function showTable(table: string, generation: number): string {
  return `CREATE VIEW ${quoted(table)} AS SELECT * FROM ${quotedOf(table, generation)}`;
}

export function hideTable(table: string): string {
  return `DROP VIEW IF EXISTS ${quoted(table)}`;
}

export function list(columns: readonly string[]): string {
  return columns.map(quoted).join(', ');
}
