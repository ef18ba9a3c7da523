import type { Position } from '../../../application/ports/event-store.js';
import type {
  Advance,
  AdvanceOutcome,
  BuildingGeneration,
  Generation,
  SwapOutcome,
} from '../../../application/ports/projection-store.js';
import type { Projection, Table } from '../../../application/projections/projection.js';
import { Advances, NotApplied, outcomeOf } from './advances.js';
import { ReadModelsConnection } from './connection.js';
import type { StoredGeneration } from './generations.js';
import { Generations } from './generations.js';

/** Has a connection of its own, so that it may hold the others still over several turns when it swaps. */
export class SqliteBuildingGeneration implements BuildingGeneration {
  private readonly advances: Advances;
  private readonly tables: ReadonlyMap<string, readonly Table[]>;

  private constructor(
    private readonly connection: ReadModelsConnection,
    private readonly generations: Generations,
    private readonly built: StoredGeneration,
    projection: Projection,
  ) {
    this.advances = new Advances(connection, generations, 'building');
    this.tables = new Map([[projection.name, projection.tables]]);
  }

  static async begin(file: string, projection: Projection): Promise<SqliteBuildingGeneration> {
    const connection = new ReadModelsConnection(file);
    const generations = new Generations(connection);
    try {
      const built = await connection.write(() => {
        generations.retireBuilding(projection.name);
        return generations.create(projection);
      });
      return new SqliteBuildingGeneration(connection, generations, built, projection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get generation(): Generation {
    return this.built;
  }

  advance(advance: Advance): Promise<AdvanceOutcome> {
    return outcomeOf(this.connection.write(() => this.advances.apply([advance], this.tables)));
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
