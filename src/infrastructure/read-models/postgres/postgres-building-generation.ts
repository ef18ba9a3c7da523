import type { ClientBase } from 'pg';
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
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { postgresFailure } from '../../postgres/postgres-failure.js';
import { Advances, NotApplied } from './advances.js';
import type { StoredGeneration } from './generations.js';
import {
  alone,
  create,
  heldBuilding,
  heldLive,
  index,
  retireBuilding,
  retireUnfinished,
  show,
} from './generations.js';

/** A generation that is filled beside the live one, by this process or another. */
export class PostgresBuildingGeneration implements BuildingGeneration {
  private readonly advances: Advances;
  private readonly tables: ReadonlyMap<string, readonly Table[]>;

  private constructor(
    private readonly database: PostgresDatabase,
    private readonly built: StoredGeneration,
    private readonly projection: Projection,
    private readonly pace: RebuildPace,
  ) {
    this.advances = new Advances(database, 'building');
    this.tables = new Map([[projection.name, projection.tables]]);
  }

  static async begin(
    database: PostgresDatabase,
    projection: Projection,
    pace: RebuildPace,
  ): Promise<PostgresBuildingGeneration> {
    const built = await database.transaction(async (client) => {
      await alone(client);
      await retireBuilding(client, projection.name);
      const empty = await create(client, projection);
      if (pace === 'beside-other-work') await index(client, projection, empty.number);
      return empty;
    });
    return new PostgresBuildingGeneration(database, built, projection, pace);
  }

  get generation(): Generation {
    const { number, position, projection, version } = this.built;
    return { projection, number, version, position };
  }

  advance(advance: Advance): Promise<AdvanceOutcome> {
    return this.advances.perform([advance], this.tables);
  }

  /** An index made of all rows at once costs a fraction of one kept with every row. It takes as long as it takes. */
  async finishLoading(): Promise<void> {
    if (this.pace === 'beside-other-work') return;
    const client = await this.database.connect();
    try {
      await client.query('begin');
      // Whoever has put an end to this rebuild may have removed the tables.
      if ((await heldBuilding(client, this.built.number)) !== undefined)
        await index(client, this.projection, this.built.number);
      await client.query('commit');
    } catch (failure) {
      throw postgresFailure(failure);
    } finally {
      await client.end();
    }
  }

  async swap(missing: (from: Position, to: Position) => Promise<Advance>): Promise<SwapOutcome> {
    try {
      const generation = await this.database.transaction((client) => this.finish(client, missing));
      return { kind: 'swapped', generation };
    } catch (error) {
      if (error instanceof NotApplied) return error.outcome;
      throw error;
    }
  }

  private async finish(
    client: ClientBase,
    missing: (from: Position, to: Position) => Promise<Advance>,
  ): Promise<Generation> {
    await alone(client);
    const { number, projection, version } = this.built;
    const own = await heldBuilding(client, number);
    if (own === undefined) throw new NotApplied({ kind: 'moved', projections: [projection] });
    const live = await heldLive(client, projection);
    let { position } = own;
    if (live !== undefined && live.position > position) {
      const advance = await missing(position, live.position);
      await this.advances.apply(client, [advance], this.tables);
      position = advance.to;
    }
    await show(client, own);
    return { projection, number, version, position };
  }

  async close(): Promise<void> {
    await this.database.transaction((client) => retireUnfinished(client, this.built.number));
  }
}
