import type { ClientBase } from 'pg';
import type { Position } from '../../../application/ports/event-store.js';
import type { Advance, AdvanceOutcome, Unapplied } from '../../../application/ports/projection-store.js';
import type { Table, Write } from '../../../application/projections/projection.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { PostgresFailure, postgresFailure } from '../../postgres/postgres-failure.js';
import { quotedOf } from '../identifiers.js';
import { nextRow } from '../log-rows.js';
import { present, WriteRefused } from '../values.js';
import type { GenerationState } from './generations.js';
import { move } from './generations.js';
import { LogEnds } from './log-ends.js';
import { inSchema } from './tables.js';
import type { PlacedTable, WriteStatement } from './write-statements.js';
import {
  amendStatement,
  deleteStatement,
  insertion,
  patchStatement,
  putStatement,
  tallyStatement,
} from './write-statements.js';

/** Ends a transaction of which nothing may stay. */
export class NotApplied extends Error {
  constructor(readonly outcome: Unapplied) {
    super(`not applied: ${outcome.kind}`);
    this.name = 'NotApplied';
  }
}

/** Carries advances out on generations in one state. */
export class Advances {
  private readonly logs = new LogEnds();

  constructor(
    private readonly database: PostgresDatabase,
    private readonly state: GenerationState,
  ) {}

  /** In a transaction of their own. */
  async perform(
    advances: readonly Advance[],
    tables: ReadonlyMap<string, readonly Table[]>,
  ): Promise<AdvanceOutcome> {
    try {
      await this.database.transaction((client) => this.apply(client, advances, tables));
      return { kind: 'applied' };
    } catch (error) {
      if (error instanceof NotApplied) return error.outcome;
      throw error;
    }
  }

  /**
   * Within a transaction, of which nothing may stay where this throws.
   * @throws NotApplied
   */
  async apply(
    client: ClientBase,
    advances: readonly Advance[],
    tables: ReadonlyMap<string, readonly Table[]>,
  ): Promise<void> {
    try {
      await this.moveAll(client, advances);
      for (const advance of advances) await this.applyOne(client, advance, tables.get(advance.projection));
    } catch (error) {
      // What is known of the rows is undone with the transaction.
      this.logs.forget();
      throw error;
    }
  }

  /** First of all: a generation that somebody has swapped or moved in the meantime is not to be touched. */
  private async moveAll(client: ClientBase, advances: readonly Advance[]): Promise<void> {
    const moved: string[] = [];
    // Always in one order, so that two who move the same ones don't wait for each other in a circle.
    for (const { from, generation, projection, to } of advances.toSorted(
      (one, other) => one.generation - other.generation,
    )) {
      if (!(await move(client, this.state, generation, from, to))) moved.push(projection);
    }
    if (moved.length > 0) throw new NotApplied({ kind: 'moved', projections: moved });
  }

  private async applyOne(
    client: ClientBase,
    { generation, projection, steps }: Advance,
    tables: readonly Table[] | undefined,
  ): Promise<void> {
    if (tables === undefined) throw new Error(`the tables of ${projection} were not prepared`);
    for (const { position, writes } of steps) {
      for (const write of writes) {
        try {
          await this.write(client, write, tables, generation);
        } catch (error) {
          throw refusal(error, projection, position);
        }
      }
    }
  }

  private async write(
    client: ClientBase,
    write: Write,
    tables: readonly Table[],
    generation: number,
  ): Promise<void> {
    const placed = (name: string): PlacedTable => {
      const table = tables.find((each) => each.name === name);
      if (table === undefined) throw new WriteRefused(write, 'the projection has no such table');
      return { table, name: inSchema(quotedOf(name, generation)) };
    };
    const { changes, text, values } = await this.statementOf(client, write, placed);
    const { rowCount } = await client.query(text, [...values]);
    if (changes !== undefined && rowCount !== changes)
      throw new WriteRefused(write, 'there is no row of this key');
  }

  private async statementOf(
    client: ClientBase,
    write: Write,
    placed: (table: string) => PlacedTable,
  ): Promise<WriteStatement> {
    const target = placed(write.table);
    switch (write.kind) {
      case 'put':
        return putStatement(write, target);
      case 'patch':
        return patchStatement(write, target);
      case 'amend':
        return amendStatement(write, target);
      case 'tally':
        return tallyStatement(write, target, write.forEach && placed(write.forEach.table));
      case 'delete':
        return deleteStatement(write, target);
      case 'append': {
        const columns = Object.keys(target.table.columns);
        const filledIn = [write.index, write.hashes, ...Object.keys(write.rising)];
        if (Object.keys(write.row).length + filledIn.length > columns.length)
          throw new WriteRefused(write, 'it names a column too many');
        const row = nextRow(write, columns, await this.logs.of(client, write, target));
        return insertion(
          write,
          target,
          columns.map((column, index) => present(write, column, row[index])),
        );
      }
    }
  }
}

/** Of a write that doesn't fit. Where the machine failed, or somebody else's lock was in the way, the failure itself. */
function refusal(thrown: unknown, projection: string, position: Position): unknown {
  const error = postgresFailure(thrown);
  if (error instanceof WriteRefused)
    return new NotApplied({ kind: 'refused', projection, position, reason: error.message });
  if (error instanceof PostgresFailure && error.kind === 'data')
    return new NotApplied({ kind: 'refused', projection, position, reason: error.message });
  return error;
}
