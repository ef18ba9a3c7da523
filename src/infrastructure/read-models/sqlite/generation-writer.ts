import type { StatementSyncInstance } from '@photostructure/sqlite';
import type { Append, Row, Table, Value, Write } from '../../../application/projections/projection.js';
import type { ReadModelsConnection } from './connection.js';
import { quoted, quotedOf } from './identifiers.js';
import { LogWriter } from './log-writer.js';
import { list } from './tables.js';

/** A write that doesn't fit its table. The message quotes no value. */
export class WriteRefused extends Error {
  constructor(write: Pick<Write, 'kind' | 'table'>, reason: string) {
    super(`${write.kind} in ${write.table}: ${reason}`);
    this.name = 'WriteRefused';
  }
}

type Put = Extract<Write, { kind: 'put' }>;
type Patch = Extract<Write, { kind: 'patch' }>;
type Delete = Extract<Write, { kind: 'delete' }>;

/** Carries out writes on the tables of one generation. */
export class GenerationWriter {
  private readonly tables: ReadonlyMap<string, TableWriter>;

  constructor(connection: ReadModelsConnection, tables: readonly Table[], generation: number) {
    this.tables = new Map(
      tables.map((table) => [
        table.name,
        new TableWriter(connection, table, quotedOf(table.name, generation)),
      ]),
    );
  }

  /** @throws WriteRefused, or what SQLite says */
  write(write: Write): void {
    const table = this.tables.get(write.table);
    if (table === undefined) throw new WriteRefused(write, 'the projection has no such table');
    switch (write.kind) {
      case 'put':
        table.put(write);
        break;
      case 'patch':
        table.patch(write);
        break;
      case 'append':
        table.append(write);
        break;
      case 'delete':
        table.delete(write);
        break;
    }
  }
}

class TableWriter {
  /** One for each set of columns that writes name. */
  private readonly statements = new Map<string, StatementSyncInstance>();
  private readonly columns: readonly string[];
  private log: LogWriter | undefined;

  constructor(
    private readonly connection: ReadModelsConnection,
    private readonly table: Table,
    private readonly name: string,
  ) {
    this.columns = Object.keys(table.columns);
  }

  put(write: Put): void {
    const values = valuesIn(write, write.row, this.columns);
    this.statement('put', () => {
      const places = this.columns.map(() => '?').join(', ');
      return `INSERT OR REPLACE INTO ${this.name} (${list(this.columns)}) VALUES (${places})`;
    }).run(...values);
  }

  append(write: Append): void {
    this.log ??= new LogWriter(this.connection, this.table, this.name);
    this.put({ kind: 'put', table: write.table, row: this.log.next(write) });
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
    this.statement(`delete ${columns.join()}`, () => {
      const matches = columns.map((name) => `${this.column(write, name)} = ?`).join(' AND ');
      return `DELETE FROM ${this.name} WHERE ${matches}`;
    }).run(...Object.values(write.where));
  }

  private statement(shape: string, sql: () => string): StatementSyncInstance {
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

/** @throws WriteRefused where the row doesn't have these columns and no others */
function valuesIn(write: Write, row: Row, columns: readonly string[]): readonly Value[] {
  const values: Value[] = [];
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) throw new WriteRefused(write, `column ${column} is missing`);
    values.push(value);
  }
  if (Object.keys(row).length !== columns.length) throw new WriteRefused(write, 'it names a column too many');
  return values;
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
