import type { Position } from '../../../application/ports/event-store.js';
import type { Generation } from '../../../application/ports/projection-store.js';
import type { Projection, Row } from '../../../application/projections/projection.js';
import type { ReadModelsConnection } from './connection.js';
import { integerOf, rowFrom, textOf } from './rows.js';
import { createIndexes, createTable, hideTable, showTable } from './tables.js';

export type GenerationState = 'building' | 'live' | 'retired';

/** A generation and the names of its tables, which the code may know no longer. */
export interface StoredGeneration extends Generation {
  readonly tables: readonly string[];
}

/** The generations of all projections. What changes anything here is called within a transaction. */
export class Generations {
  constructor(private readonly connection: ReadModelsConnection) {}

  live(projection: string): StoredGeneration | undefined {
    const found: unknown = this.connection
      .statement(`SELECT * FROM "@generations" WHERE "projection" = ? AND "state" = 'live'`)
      .get(projection);
    return found === undefined ? undefined : generationFrom(rowFrom(found));
  }

  /** Undefined where it is being built no longer. */
  building(number: number): StoredGeneration | undefined {
    return this.inState('building').find((generation) => generation.number === number);
  }

  inState(state: GenerationState): readonly StoredGeneration[] {
    return this.connection
      .statement('SELECT * FROM "@generations" WHERE "state" = ?')
      .all(state)
      .map((found: unknown) => generationFrom(rowFrom(found)));
  }

  /** Empty, being built, and without indexes. */
  create({ name, tables, version }: Projection): StoredGeneration {
    const names = tables.map((table) => table.name);
    const found: unknown = this.connection
      .statement(
        `INSERT INTO "@generations" ("projection", "version", "position", "state", "tables")
         VALUES (?, ?, 0, 'building', ?) RETURNING *`,
      )
      .get(name, version, JSON.stringify(names));
    const generation = generationFrom(rowFrom(found));
    for (const table of tables) this.connection.execute(createTable(table, generation.number));
    return generation;
  }

  /** Readers see this one from the commit on, and what was live is retired. */
  show(generation: StoredGeneration): void {
    const before = this.live(generation.projection);
    if (before !== undefined) {
      for (const table of before.tables) this.connection.execute(hideTable(table));
      this.setState(before.number, 'retired');
    }
    for (const table of generation.tables) this.connection.execute(showTable(table, generation.number));
    this.setState(generation.number, 'live');
  }

  /** Unless it is live by now. */
  retireUnfinished(number: number): void {
    this.connection
      .statement(`UPDATE "@generations" SET "state" = 'retired' WHERE "number" = ? AND "state" = 'building'`)
      .run(number);
  }

  retireBuilding(projection: string): void {
    this.connection
      .statement(
        `UPDATE "@generations" SET "state" = 'retired' WHERE "projection" = ? AND "state" = 'building'`,
      )
      .run(projection);
  }

  forget(generation: number): void {
    this.connection.statement('DELETE FROM "@generations" WHERE "number" = ?').run(generation);
  }

  /** Moves on those that stand at `from`; how many they are. */
  move(state: GenerationState, from: Position, to: Position, numbers: readonly number[]): number {
    const places = numbers.map(() => '?').join(', ');
    const sql = `UPDATE "@generations" SET "position" = ?
      WHERE "position" = ? AND "state" = ? AND "number" IN (${places})`;
    return this.connection.statement(sql).run(to, from, state, ...numbers).changes;
  }

  stands(number: number, state: GenerationState, position: Position): boolean {
    const found: unknown = this.connection
      .statement('SELECT 1 FROM "@generations" WHERE "number" = ? AND "state" = ? AND "position" = ?')
      .get(number, state, position);
    return found !== undefined;
  }

  private setState(generation: number, state: GenerationState): void {
    this.connection
      .statement('UPDATE "@generations" SET "state" = ? WHERE "number" = ?')
      .run(state, generation);
  }
}

/** The statements that make a generation's indexes, one each. */
export function indexing({ tables }: Projection, { number }: Generation): readonly string[] {
  return tables.flatMap((table) => createIndexes(table, number));
}

function generationFrom(row: Row): StoredGeneration {
  const names: unknown = JSON.parse(textOf(row, 'tables'));
  if (!Array.isArray(names)) throw new Error('the tables of a generation are no list');
  return {
    projection: textOf(row, 'projection'),
    number: integerOf(row, 'number'),
    version: integerOf(row, 'version'),
    position: integerOf(row, 'position'),
    tables: names.map(String),
  };
}
