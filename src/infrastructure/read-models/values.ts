import type { Row, Value, Write } from '../../application/projections/projection.js';

/** A write that doesn't fit its table. The message quotes no value. */
export class WriteRefused extends Error {
  constructor(write: Pick<Write, 'kind' | 'table'>, reason: string) {
    super(`${write.kind} in ${write.table}: ${reason}`);
    this.name = 'WriteRefused';
  }
}

/** @throws WriteRefused where the row doesn't have these columns and no others */
export function valuesIn(
  write: Pick<Write, 'kind' | 'table'>,
  row: Row,
  columns: readonly string[],
): Value[] {
  const values: Value[] = [];
  for (const column of columns) values.push(present(write, column, row[column]));
  let named = 0;
  for (const _column in row) named += 1;
  if (named !== columns.length) throw new WriteRefused(write, 'it names a column too many');
  return values;
}

/** @throws WriteRefused */
export function present(
  write: Pick<Write, 'kind' | 'table'>,
  column: string,
  value: Value | undefined,
): Value {
  if (value === undefined) throw new WriteRefused(write, `column ${column} is missing`);
  return value;
}

/** The same for the same values in the same order, and for no others. */
export function nameOf(values: readonly Value[]): string {
  let name = '';
  for (const value of values) {
    // A length before each text: no text can then pass for two.
    if (typeof value === 'string') name += `${value.length}:${value}`;
    else if (typeof value === 'object' && value !== null) name += `x${Buffer.from(value).toString('hex')};`;
    else name += `${value};`;
  }
  return name;
}
