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
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { Advances } from './advances.js';
import type { StoredGeneration } from './generations.js';
import { alone, create, heldLive, index, LIVE, retireBuilding, show, sweepOne } from './generations.js';
import { PostgresBuildingGeneration } from './postgres-building-generation.js';

/**
 * The read models in one PostgreSQL database, for any number of processes. Who feeds is fenced by where he believes the
 * generation to be: whoever was overtaken finds it elsewhere, and changes nothing.
 */
export class PostgresProjectionStore implements ProjectionStore {
  private readonly advances: Advances;
  private readonly tables = new Map<string, readonly Table[]>();

  /** @param database with the tables of `READ_MODELS_LAYOUT`; closed by whoever opened it */
  constructor(private readonly database: PostgresDatabase) {
    this.advances = new Advances(database, 'live');
  }

  prepare(projections: readonly Projection[], head: () => Promise<Position>): Promise<readonly Generation[]> {
    for (const { name, tables } of projections) this.tables.set(name, tables);
    return this.database.transaction(async (client) => {
      await alone(client);
      const held = new Map<string, StoredGeneration | undefined>();
      for (const { name } of projections) held.set(name, await heldLive(client, name));
      const last = await head();
      const prepared: Generation[] = [];
      for (const projection of projections) {
        await retireBuilding(client, projection.name);
        const live = held.get(projection.name);
        if (live !== undefined && live.position <= last) {
          prepared.push(generationOf(live));
          continue;
        }
        const empty = await create(client, projection);
        await index(client, projection, empty.number);
        await show(client, empty);
        prepared.push(generationOf(empty));
      }
      return prepared;
    });
  }

  async live(projection: string): Promise<Generation | undefined> {
    const [live] = await this.database.repeatable<StoredGeneration>(LIVE, [projection]);
    return live && generationOf(live);
  }

  advance(advances: readonly Advance[]): Promise<AdvanceOutcome> {
    return this.advances.perform(advances, this.tables);
  }

  build(projection: Projection, pace: RebuildPace): Promise<BuildingGeneration> {
    return PostgresBuildingGeneration.begin(this.database, projection, pace);
  }

  async sweep(): Promise<void> {
    while (await this.database.transaction(sweepOne));
  }
}

function generationOf({ number, position, projection, version }: StoredGeneration): Generation {
  return { projection, number, version, position };
}
