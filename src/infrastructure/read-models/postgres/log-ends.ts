import type { ClientBase } from 'pg';
import type { Append, Value } from '../../../application/projections/projection.js';
import { EMPTY, HASH_BYTES, lastLeafOf, peaksOf } from '../../../domain/audit/merkle-tree.js';
import { list, quoted } from '../identifiers.js';
import type { LogEnd } from '../log-rows.js';
import { nameOf } from '../values.js';
import type { PlacedTable } from './write-statements.js';

/** Where logs stand. Each is read once, and then kept: whoever undoes rows lets go of this with them. */
export class LogEnds {
  private readonly ends = new Map<string, LogEnd>();

  async of(client: ClientBase, write: Append, placed: PlacedTable): Promise<LogEnd> {
    const log = write.log.map((column) => write.row[column] ?? null);
    const name = `${placed.name} ${nameOf(log)}`;
    const end = this.ends.get(name) ?? (await read(client, write, placed, log));
    this.ends.set(name, end);
    return end;
  }

  forget(): void {
    this.ends.clear();
  }
}

async function read(
  client: ClientBase,
  { hashes, index, log: columns, rising }: Append,
  { name, table }: PlacedTable,
  log: readonly Value[],
): Promise<LogEnd> {
  const where = columns.map((column, place) => `${quoted(column)} = $${place + 1}`).join(' and ');
  const { rows } = await client.query<Record<string, Value>>(
    `select ${list([index, hashes, ...Object.keys(rising)])} from ${name} where ${where}
     order by ${quoted(index)} desc limit 1`,
    [...log],
  );
  const [last] = rows;
  if (last === undefined) return { frontier: EMPTY, highest: new Map() };
  const size = Number(last[index]) + 1;
  const peaks = peaksOf(size);
  const { rows: leaves } = await client.query<Record<string, Value>>(
    `select ${list([index, hashes])} from ${name} where ${where} and ${quoted(index)} = any ($${log.length + 1})`,
    [...log, peaks.map(lastLeafOf)],
  );
  return {
    frontier: {
      size,
      peaks: peaks.map((peak) => {
        const found = leaves.find((leaf) => leaf[index] === lastLeafOf(peak))?.[hashes];
        const at = peak.height * HASH_BYTES;
        if (typeof found !== 'object' || found === null || found.length < at + HASH_BYTES)
          throw new Error(`${table.name} lacks a hash of its log`);
        return new Uint8Array(found.subarray(at, at + HASH_BYTES));
      }),
    },
    highest: new Map(Object.keys(rising).map((column) => [column, Number(last[column])])),
  };
}
