import type { Table, Value, Write } from '../../../application/projections/projection.js';
import { list, quoted } from '../identifiers.js';
import { valuesIn, WriteRefused } from '../values.js';

export interface WriteStatement {
  readonly text: string;
  readonly values: readonly Value[];
  /** How many rows it has to change; absent where any number will do. */
  readonly changes?: 1;
}

/** A table of one generation. */
export interface PlacedTable {
  readonly table: Table;
  /** Its name in the database, as statements have it. */
  readonly name: string;
}

type Put = Extract<Write, { kind: 'put' }>;
type Patch = Extract<Write, { kind: 'patch' }>;
type Delete = Extract<Write, { kind: 'delete' }>;
type Amend = Extract<Write, { kind: 'amend' }>;
type Tally = Extract<Write, { kind: 'tally' }>;

/** Values in the order in which a statement names them. */
class Parameters {
  readonly values: Value[] = [];

  constructor(
    private readonly write: Write,
    private readonly table: Table,
  ) {}

  /** @throws WriteRefused where the column doesn't hold this: PostgreSQL would take some of it for something else */
  add(column: string, value: Value): string {
    const type = this.table.columns[column];
    if (type === undefined || !Object.hasOwn(this.table.columns, column))
      throw new WriteRefused(this.write, 'the table has no such column');
    const fits = value === null || HOLDS[type](value);
    if (!fits) throw new WriteRefused(this.write, `column ${column} holds ${type} only`);
    return this.addAny(value);
  }

  addAny(value: Value): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const HOLDS = {
  text: (value: Value) => typeof value === 'string',
  integer: (value: Value) => Number.isSafeInteger(value),
  blob: (value: Value) => typeof value === 'object',
} as const;

/** @throws WriteRefused */
export function putStatement(write: Put, { name, table }: PlacedTable): WriteStatement {
  const columns = Object.keys(table.columns);
  return insertion(write, { name, table }, valuesIn(write, write.row, columns));
}

/** A whole row, in the order of the columns. @throws WriteRefused */
export function insertion(write: Write, { name, table }: PlacedTable, row: readonly Value[]): WriteStatement {
  const columns = Object.keys(table.columns);
  const parameters = new Parameters(write, table);
  const places = columns.map((column, index) => parameters.add(column, row[index] ?? null)).join(', ');
  const others = columns.filter((column) => !table.primaryKey.includes(column));
  const replaced = others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
  const conflict = others.length === 0 ? 'nothing' : `update set ${replaced}`;
  return {
    text: `insert into ${name} (${list(columns)}) values (${places})
      on conflict (${list(table.primaryKey)}) do ${conflict}`,
    values: parameters.values,
  };
}

/** @throws WriteRefused */
export function patchStatement(write: Patch, { name, table }: PlacedTable): WriteStatement {
  const { add = {}, addMembers = {}, key, set = {}, setOnce = {} } = write;
  const keyValues = valuesIn(write, key, table.primaryKey);
  const parameters = new Parameters(write, table);
  const assigned = [
    ...Object.entries(set).map(
      ([column, value]) => `${named(write, table, column)} = ${parameters.add(column, value)}`,
    ),
    ...Object.entries(setOnce).map(
      ([column, value]) =>
        `${named(write, table, column)} = coalesce(${quoted(column)}, ${parameters.add(column, value)})`,
    ),
    ...Object.entries(add).map(
      ([column, value]) =>
        `${named(write, table, column)} = ${quoted(column)} + ${parameters.add(column, value)}`,
    ),
    // What was there comes last, so that a member that was there stays.
    ...Object.entries(addMembers).map(
      ([column, members]) =>
        `${named(write, table, column)} = (${parameters.add(column, JSON.stringify(members))}::jsonb || ${quoted(column)}::jsonb)::text`,
    ),
  ];
  if (assigned.length === 0) throw new WriteRefused(write, 'it changes nothing');
  const where = table.primaryKey.map((column, index) =>
    equal(column, parameters.add(column, keyValues[index] ?? null)),
  );
  return {
    text: `update ${name} set ${assigned.join(', ')} where ${where.join(' and ')}`,
    values: parameters.values,
    changes: 1,
  };
}

/** @throws WriteRefused */
export function deleteStatement(write: Delete, { name, table }: PlacedTable): WriteStatement {
  if (Object.keys(write.where).length === 0) throw new WriteRefused(write, 'it would delete every row');
  const parameters = new Parameters(write, table);
  return {
    text: `delete from ${name} where ${matching(write, table, write.where, parameters)}`,
    values: parameters.values,
  };
}

/** @throws WriteRefused */
export function amendStatement(write: Amend, { name, table }: PlacedTable): WriteStatement {
  if (Object.keys(write.set).length === 0) throw new WriteRefused(write, 'it changes nothing');
  if (Object.keys(write.where).length === 0) throw new WriteRefused(write, 'it would change every row');
  const parameters = new Parameters(write, table);
  const assigned = Object.entries(write.set)
    .map(([column, value]) => `${named(write, table, column)} = ${parameters.add(column, value)}`)
    .join(', ');
  return {
    text: `update ${name} set ${assigned} where ${matching(write, table, write.where, parameters)}`,
    values: parameters.values,
  };
}

/**
 * Rows that lead to one key are counted first, for one statement changes a row once.
 * @throws WriteRefused
 */
export function tallyStatement(
  write: Tally,
  { name, table }: PlacedTable,
  source: PlacedTable | undefined,
): WriteStatement {
  const { add, forEach, key } = write;
  const taken = forEach?.key ?? {};
  const keys = [...Object.keys(key), ...Object.keys(taken)];
  if (keys.length !== table.primaryKey.length || table.primaryKey.some((one) => !keys.includes(one)))
    throw new WriteRefused(write, 'it names another key');
  const parameters = new Parameters(write, table);
  const cast = (column: string, place: string): string =>
    `${place}::${table.columns[column] === 'integer' ? 'bigint' : table.columns[column] === 'blob' ? 'bytea' : 'text'}`;
  const times = source === undefined ? '' : ' * count(*)';
  const values = [
    ...Object.entries(key).map(([column, value]) => cast(column, parameters.add(column, value))),
    ...Object.values(taken).map((column) => (source ? named(write, source.table, column) : 'null')),
    ...Object.entries(add).map(([column, value]) => `${cast(column, parameters.add(column, value))}${times}`),
  ].join(', ');
  const added = Object.keys(add)
    .map((column) => `${named(write, table, column)} = t.${quoted(column)} + excluded.${quoted(column)}`)
    .join(', ');
  const rows =
    source === undefined ? `values (${values})` : `select ${values} ${grouped(write, source, parameters)}`;
  return {
    text: `insert into ${name} as t (${list([...keys, ...Object.keys(add)])}) ${rows}
      on conflict (${list(table.primaryKey)}) do update set ${added}`,
    values: parameters.values,
  };
}

function grouped({ forEach, ...write }: Tally, source: PlacedTable, parameters: Parameters): string {
  const taken = Object.values(forEach?.key ?? {}).map((column) => named(write, source.table, column));
  const by = taken.length === 0 ? 'having count(*) > 0' : `group by ${taken.join(', ')}`;
  return `from ${source.name} where ${matching(write, source.table, forEach?.where ?? {}, parameters) || 'true'} ${by}`;
}

function matching(
  write: Write,
  table: Table,
  where: Readonly<Record<string, Value>>,
  parameters: Parameters,
): string {
  return Object.entries(where)
    .map(([column, value]) => {
      const name = named(write, table, column);
      return value === null ? `${name} is null` : equal(column, parameters.addAny(value));
    })
    .join(' and ');
}

const equal = (column: string, place: string): string => `${quoted(column)} = ${place}`;

/** @throws WriteRefused */
function named(write: Write, table: Table, column: string): string {
  if (!Object.hasOwn(table.columns, column)) throw new WriteRefused(write, 'the table has no such column');
  return quoted(column);
}
