import type { Append, Table, Value } from '../../../application/projections/projection.js';
import { EMPTY, HASH_BYTES, lastLeafOf, peaksOf } from '../../../domain/audit/merkle-tree.js';
import type { LogEnd } from '../log-rows.js';
import { nextRow } from '../log-rows.js';
import type { ReadModelsConnection } from './connection.js';
import { list, quoted } from '../identifiers.js';
import { integerOf, rowFrom } from './rows.js';
import { nameOf } from '../values.js';

/** Makes the rows of logs. Where a log stands it reads once, and then keeps: whoever undoes rows lets go of this with them. */
export class LogWriter {
  private readonly ends = new Map<string, LogEnd>();
  private readonly columns: readonly string[];

  constructor(
    private readonly connection: ReadModelsConnection,
    private readonly table: Table,
    private readonly name: string,
  ) {
    this.columns = Object.keys(table.columns);
  }

  /** The row with what follows from the rows before it, in the order of the columns; undefined where it has none. */
  next(write: Append): readonly (Value | undefined)[] {
    return nextRow(write, this.columns, this.endOf(write));
  }

  private endOf(write: Append): LogEnd {
    const log = write.log.map((column) => write.row[column] ?? null);
    const name = nameOf(log);
    const known = this.ends.get(name);
    if (known !== undefined) return known;
    const end = this.read(write, log);
    this.ends.set(name, end);
    return end;
  }

  private read(write: Append, log: readonly Value[]): LogEnd {
    const { hashes, index, rising } = write;
    const where = write.log.map((column) => `${quoted(column)} = ?`).join(' AND ');
    const columns = list([index, hashes, ...Object.keys(rising)]);
    const last: unknown = this.connection
      .prepare(`SELECT ${columns} FROM ${this.name} WHERE ${where} ORDER BY ${quoted(index)} DESC LIMIT 1`)
      .get(...log);
    if (last === undefined) return { frontier: EMPTY, highest: new Map() };
    const row = rowFrom(last);
    const size = integerOf(row, index) + 1;
    const leaf = this.connection.prepare(
      `SELECT ${quoted(hashes)} FROM ${this.name} WHERE ${where} AND ${quoted(index)} = ?`,
    );
    const peaks = peaksOf(size).map((peak) => {
      const found = rowFrom(leaf.get(...log, lastLeafOf(peak)))[hashes];
      const at = peak.height * HASH_BYTES;
      if (!(found instanceof Uint8Array) || found.length < at + HASH_BYTES)
        throw new Error(`${this.table.name} lacks a hash of its log`);
      return found.slice(at, at + HASH_BYTES);
    });
    return {
      frontier: { size, peaks },
      highest: new Map(Object.keys(rising).map((column) => [column, integerOf(row, column)])),
    };
  }
}
