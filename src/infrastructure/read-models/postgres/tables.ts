import type { Table } from '../../../application/projections/projection.js';
import { list, quoted, quotedOf } from '../identifiers.js';

/** Text is ordered by its code points, as in SQLite, and not as some language has it. */
const TYPES = { text: 'text collate "C"', integer: 'bigint', blob: 'bytea' } as const;

export const inSchema = (name: string): string => `read_models.${name}`;

/** A generation's own copy of a table, without its indexes. */
export function createTable(table: Table, generation: number): string {
  const columns = Object.entries(table.columns).map(([name, type]) => `${quoted(name)} ${TYPES[type]}`);
  return `create table ${inSchema(quotedOf(table.name, generation))}
    (${columns.join(', ')}, primary key (${list(table.primaryKey)}))`;
}

/** In an order what is null comes first, as in SQLite; only an index of the same order serves it. */
export function createIndexes(
  { indexes = [], name, primaryKey, sparse = [] }: Table,
  generation: number,
): readonly string[] {
  return indexes.map((columns, index) => {
    const ordered = columns.map(
      (column) => quoted(column) + (primaryKey.includes(column) ? '' : ' nulls first'),
    );
    const there = columns
      .filter((column) => sparse.includes(column))
      .map((column) => `${quoted(column)} is not null`);
    const partial = there.length === 0 ? '' : ` where ${there.join(' and ')}`;
    return `create index if not exists ${quotedOf(`${name}-${index}`, generation)}
      on ${inSchema(quotedOf(name, generation))} (${ordered.join(', ')})${partial}`;
  });
}

/** Readers read this, whatever generation is live. */
export function showTable(table: string, generation: number): string {
  return `create view ${inSchema(quoted(table))} as select * from ${inSchema(quotedOf(table, generation))}`;
}

export function hideTable(table: string): string {
  return `drop view if exists ${inSchema(quoted(table))}`;
}

export function dropTable(table: string, generation: number): string {
  return `drop table if exists ${inSchema(quotedOf(table, generation))}`;
}
