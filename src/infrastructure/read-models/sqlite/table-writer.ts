import type { StatementSyncInstance } from '@photostructure/sqlite';
import type { Append, Table, Value, Write } from '../../../application/projections/projection.js';
import type { ReadModelsConnection } from './connection.js';
import { list, quoted } from '../identifiers.js';
import { LogWriter } from './log-writer.js';
import { present, valuesIn, WriteRefused } from '../values.js';

type Put = Extract<Write, { kind: 'put' }>;
type Patch = Extract<Write, { kind: 'patch' }>;
type Delete = Extract<Write, { kind: 'delete' }>;
type Amend = Extract<Write, { kind: 'amend' }>;
type Tally = Extract<Write, { kind: 'tally' }>;

/** One statement for so many rows costs two thirds of as many statements. */
const ROWS_AT_ONCE = 10;

/** Carries out writes on one table of one generation. */
export class TableWriter {
  /** One for each set of columns that writes name. */
  private readonly statements = new Map<string, StatementSyncInstance>();
  private readonly columns: readonly string[];
  private log: LogWriter | undefined;
  /** Values of rows that are to be inserted together, one row after the other; undefined where each is inserted at once. */
  private gathered: Value[] | undefined;

  constructor(
    private readonly connection: ReadModelsConnection,
    readonly table: Table,
    private readonly name: string,
  ) {
    this.columns = Object.keys(table.columns);
  }

  /** From now on rows may wait for each other, until something else is done to the table or `release` is called. */
  gather(): void {
    this.gathered ??= [];
  }

  release(): void {
    this.insertGathered();
    this.gathered = undefined;
  }

  put(write: Put): void {
    this.insert(valuesIn(write, write.row, this.columns));
  }

  append(write: Append): void {
    this.log ??= new LogWriter(this.connection, this.table, this.name);
    const filledIn = [write.index, write.hashes, ...Object.keys(write.rising)];
    const own = Object.keys(write.row);
    if (own.length + filledIn.length > this.columns.length)
      throw new WriteRefused(write, 'it names a column too many');
    const row = this.log.next(write);
    this.insert(this.columns.map((column, index) => present(write, column, row[index])));
  }

  patch(write: Patch): void {
    const key = valuesIn(write, write.key, this.table.primaryKey);
    const shape = shapeOf(write);
    if (shape === '') throw new WriteRefused(write, 'it changes nothing');
    const { changes } = this.statement(shape, () => {
      const assigned = this.assignments(write).join(', ');
      return `UPDATE ${this.name} SET ${assigned} WHERE ${equal(this.table.primaryKey)}`;
    }).run(...assignedBy(write), ...key);
    if (changes !== 1) throw new WriteRefused(write, 'there is no row of this key');
  }

  delete(write: Delete): void {
    const columns = Object.keys(write.where);
    if (columns.length === 0) throw new WriteRefused(write, 'it would delete every row');
    this.statement(
      `delete ${columns.join()}`,
      () => `DELETE FROM ${this.name} WHERE ${this.matching(write, columns)}`,
    ).run(...Object.values(write.where));
  }

  amend(write: Amend): void {
    const [set, where] = [Object.keys(write.set), Object.keys(write.where)];
    if (set.length === 0) throw new WriteRefused(write, 'it changes nothing');
    if (where.length === 0) throw new WriteRefused(write, 'it would change every row');
    this.statement(`amend ${set.join()} ${where.join()}`, () => {
      const assigned = set.map((name) => `${this.column(write, name)} = ?`).join(', ');
      return `UPDATE ${this.name} SET ${assigned} WHERE ${this.matching(write, where)}`;
    }).run(...Object.values(write.set), ...Object.values(write.where));
  }

  tally(write: Tally, source: TableWriter | undefined): void {
    source?.insertGathered();
    const { add, forEach, key } = write;
    const where = forEach?.where ?? {};
    this.statement(shapeOfTally(write), () => {
      const taken = forEach?.key ?? {};
      const named = [...Object.keys(key), ...Object.keys(taken)];
      if (
        named.length !== this.table.primaryKey.length ||
        this.table.primaryKey.some((one) => !named.includes(one))
      )
        throw new WriteRefused(write, 'it names another key');
      const columns = [...named, ...Object.keys(add)].map((name) => this.column(write, name)).join(', ');
      const values = [
        ...Object.keys(key).map(() => '?'),
        ...Object.values(taken).map((name) => source?.column(write, name)),
        ...Object.keys(add).map(() => '?'),
      ].join(', ');
      const rows =
        source === undefined
          ? `VALUES (${values})`
          : `SELECT ${values} FROM ${source.name} WHERE ${source.matching(write, Object.keys(where))}`;
      const added = Object.keys(add)
        .map((name) => `${quoted(name)} = ${quoted(name)} + excluded.${quoted(name)}`)
        .join(', ');
      return `INSERT INTO ${this.name} (${columns}) ${rows}
        ON CONFLICT (${list(this.table.primaryKey)}) DO UPDATE SET ${added}`;
    }).run(...Object.values(key), ...Object.values(add), ...Object.values(where));
  }

  private matching(write: Write, columns: readonly string[]): string {
    return columns.map((name) => `${this.column(write, name)} IS ?`).join(' AND ');
  }

  private insert(row: Value[]): void {
    if (this.gathered === undefined) {
      this.insertAll(row);
      return;
    }
    for (const value of row) this.gathered.push(value);
    if (this.gathered.length === ROWS_AT_ONCE * this.columns.length) this.insertGathered();
  }

  private insertGathered(): void {
    if (this.gathered === undefined || this.gathered.length === 0) return;
    const values = this.gathered;
    this.gathered = [];
    this.insertAll(values);
  }

  private insertAll(values: readonly Value[]): void {
    this.prepared(`put ${values.length}`, () => {
      const places = `(${this.columns.map(() => '?').join(', ')})`;
      const rows = new Array<string>(values.length / this.columns.length).fill(places);
      return `INSERT OR REPLACE INTO ${this.name} (${list(this.columns)}) VALUES ${rows.join(', ')}`;
    }).run(...values);
  }

  /** What it does finds all rows there. */
  private statement(shape: string, sql: () => string): StatementSyncInstance {
    this.insertGathered();
    return this.prepared(shape, sql);
  }

  private prepared(shape: string, sql: () => string): StatementSyncInstance {
    const known = this.statements.get(shape);
    if (known !== undefined) return known;
    const prepared = this.connection.prepare(sql());
    this.statements.set(shape, prepared);
    return prepared;
  }

  /** In the order of the shape. */
  private assignments(write: Patch): readonly string[] {
    const { add = {}, addMembers = {}, set = {}, setOnce = {} } = write;
    const each = (columns: object, value: (column: string) => string): readonly string[] =>
      Object.keys(columns).map((name) => {
        const column = this.column(write, name);
        return `${column} = ${value(column)}`;
      });
    return [
      ...each(set, () => '?'),
      ...each(setOnce, (column) => `coalesce(${column}, ?)`),
      ...each(add, (column) => `${column} + ?`),
      // What was there patches the new members (RFC 7396), so that a member that was there stays.
      ...each(addMembers, (column) => `json_patch(?, ${column})`),
    ];
  }

  private column(write: Write, name: string): string {
    if (!Object.hasOwn(this.table.columns, name))
      throw new WriteRefused(write, 'the table has no such column');
    return quoted(name);
  }
}

/** Names the statement that a patch needs. It is asked for with every event, so it costs next to nothing. */
function shapeOf({ add, addMembers, set, setOnce }: Patch): string {
  let shape = '';
  for (const column in set) shape += `=${column}`;
  for (const column in setOnce) shape += `?${column}`;
  for (const column in add) shape += `+${column}`;
  for (const column in addMembers) shape += `{${column}`;
  return shape;
}

/** In the order of the shape. */
function assignedBy({ add = {}, addMembers = {}, set = {}, setOnce = {} }: Patch): readonly Value[] {
  const members = Object.values(addMembers).map((added) => JSON.stringify(added));
  return [...Object.values(set), ...Object.values(setOnce), ...Object.values(add), ...members];
}

function equal(columns: readonly string[]): string {
  return columns.map((column) => `${quoted(column)} = ?`).join(' AND ');
}

function shapeOfTally({ add, forEach, key }: Tally): string {
  let shape = 'tally';
  for (const column in add) shape += `+${column}`;
  for (const column in key) shape += `,${column}`;
  if (forEach === undefined) return shape;
  shape += `|${forEach.table}`;
  for (const column in forEach.key) shape += `,${column}=${forEach.key[column] ?? ''}`;
  for (const column in forEach.where) shape += `?${column}`;
  return shape;
}
