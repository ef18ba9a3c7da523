import type { Row, Value } from '../../../application/projections/projection.js';

/** @throws where SQLite gave something that no column of ours holds */
export function rowFrom(found: unknown): Row {
  if (typeof found !== 'object' || found === null) throw new Error('SQLite gave no row');
  const row: Record<string, Value> = {};
  for (const [column, value] of Object.entries(found)) row[column] = valueFrom(value, column);
  return row;
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`column ${column} holds no integer`);
  return value;
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`);
  return value;
}

function valueFrom(value: unknown, column: string): Value {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    value instanceof Uint8Array
  ) {
    return value;
  }
  throw new Error(`column ${column} holds a ${typeof value}`);
}
