import type { Position } from '../../../application/ports/event-store.js';
import type {
  Advance,
  AdvanceOutcome,
  BuildingGeneration,
  Generation,
  ProjectionStore,
  RebuildPace,
} from '../../../application/ports/projection-store.js';
import type { Projection, Table } from '../../../application/projections/projection.js';
import { Advances } from './advances.js';
import type { ReadModelsConnection } from './connection.js';
import { Generations, indexing } from './generations.js';
import { SqliteBuildingGeneration } from './sqlite-building-generation.js';
import { sweep } from './sweeping.js';

/** The read models in one SQLite file, which a rebuild may fill from another process at the same time. */
export class SqliteProjectionStore implements ProjectionStore {
  private readonly generations: Generations;
  private readonly advances: Advances;
  private readonly tables = new Map<string, readonly Table[]>();

  constructor(private readonly connection: ReadModelsConnection) {
    this.generations = new Generations(connection);
    this.advances = new Advances(connection, this.generations, 'live');
  }

  async prepare(
    projections: readonly Projection[],
    head: () => Promise<Position>,
  ): Promise<readonly Generation[]> {
    // The folder is this process's alone: nobody moves anything on meanwhile.
    const last = await head();
    return this.connection.write(() =>
      projections.map((projection) => {
        this.tables.set(projection.name, projection.tables);
        this.generations.retireBuilding(projection.name);
        const live = this.generations.live(projection.name);
        if (live !== undefined && live.position <= last) return live;
        const empty = this.generations.create(projection);
        for (const statement of indexing(projection, empty)) this.connection.execute(statement);
        this.generations.show(empty);
        return empty;
      }),
    );
  }

  live(projection: string): Promise<Generation | undefined> {
    return new Promise((resolve) => resolve(this.generations.live(projection)));
  }

  advance(advances: readonly Advance[]): Promise<AdvanceOutcome> {
    return this.advances.perform(advances, this.tables);
  }

  build(projection: Projection, pace: RebuildPace): Promise<BuildingGeneration> {
    return SqliteBuildingGeneration.begin(this.connection.file, projection, pace);
  }

  sweep(): Promise<void> {
    return sweep(this.connection, this.generations);
  }
}
