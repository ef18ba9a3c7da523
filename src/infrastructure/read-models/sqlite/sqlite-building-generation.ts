import type { Position } from '../../../application/ports/event-store.js';
import type {
  Advance,
  AdvanceOutcome,
  BuildingGeneration,
  Generation,
  RebuildPace,
  SwapOutcome,
} from '../../../application/ports/projection-store.js';
import type { Projection, Table } from '../../../application/projections/projection.js';
import { Advances, NotApplied } from './advances.js';
import { ReadModelsConnection } from './connection.js';
import type { StoredGeneration } from './generations.js';
import { Generations, indexing } from './generations.js';

/** Has a connection of its own, so that it may hold the others still over several turns when it swaps. */
export class SqliteBuildingGeneration implements BuildingGeneration {
  private readonly advances: Advances;
  private readonly tables: ReadonlyMap<string, readonly Table[]>;

  private constructor(
    private readonly connection: ReadModelsConnection,
    private readonly generations: Generations,
    private readonly built: StoredGeneration,
    private readonly projection: Projection,
    private readonly pace: RebuildPace,
  ) {
    this.advances = new Advances(connection, generations, 'building');
    this.tables = new Map([[projection.name, projection.tables]]);
  }

  static async begin(
    file: string,
    projection: Projection,
    pace: RebuildPace,
  ): Promise<SqliteBuildingGeneration> {
    const connection = new ReadModelsConnection(file);
    const generations = new Generations(connection);
    try {
      const built = await connection.write(() => {
        generations.retireBuilding(projection.name);
        const empty = generations.create(projection);
        if (pace === 'beside-other-work') {
          for (const statement of indexing(projection, empty)) connection.execute(statement);
        }
        return empty;
      });
      return new SqliteBuildingGeneration(connection, generations, built, projection, pace);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get generation(): Generation {
    return this.built;
  }

  advance(advance: Advance): Promise<AdvanceOutcome> {
    return this.advances.perform([advance], this.tables);
  }

  /** An index made of all rows at once costs a fraction of one kept with every row, but the process can do nothing else. */
  async finishLoading(): Promise<void> {
    if (this.pace === 'beside-other-work') return;
    this.connection.sortOnDisk();
    for (const statement of indexing(this.projection, this.built)) {
      await this.connection.write(() => {
        // Whoever has put an end to this rebuild may have removed the tables.
        if (this.generations.building(this.built.number) !== undefined) this.connection.execute(statement);
      });
    }
  }

  async swap(missing: (from: Position, to: Position) => Promise<Advance>): Promise<SwapOutcome> {
    try {
      const generation = await this.connection.writeOverTurns(() => this.finish(missing));
      return { kind: 'swapped', generation };
    } catch (error) {
      if (error instanceof NotApplied) return error.outcome;
      throw error;
    }
  }

  private async finish(missing: (from: Position, to: Position) => Promise<Advance>): Promise<Generation> {
    const { number, projection } = this.built;
    const own = this.generations.building(number);
    if (own === undefined) throw new NotApplied({ kind: 'moved', projections: [projection] });
    const live = this.generations.live(projection);
    let { position } = own;
    if (live !== undefined && live.position > position) {
      const advance = await missing(position, live.position);
      this.advances.apply([advance], this.tables);
      position = advance.to;
    }
    this.generations.show(own);
    return { ...own, position };
  }

  async close(): Promise<void> {
    try {
      await this.connection.write(() => this.generations.retireUnfinished(this.built.number));
    } finally {
      this.connection.close();
    }
  }
}
