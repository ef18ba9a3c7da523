import type { EventCodec } from '../../application/ports/event-codec.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Keyring } from '../../application/ports/keyring.js';
import type { Generation, ProjectionStore } from '../../application/ports/projection-store.js';
import { EventBatches } from '../../application/projections/event-batch.js';
import type { RebuildOptions } from '../../application/projections/projection-rebuild.js';
import { rebuildProjection } from '../../application/projections/projection-rebuild.js';
import { PROJECTIONS } from '../../application/projections/projections.js';
import type { Projection } from '../../application/projections/projection.js';
import { ReadModelsConnection } from './sqlite/connection.js';
import { SqliteProjectionStore } from './sqlite/sqlite-projection-store.js';

export interface RebuildRequest extends RebuildOptions {
  readonly name: string;
  readonly events: EventStore;
  readonly codec: EventCodec;
  readonly keyring: Keyring;
  readonly projections?: readonly Projection[];
}

/**
 * Rebuilds one projection from the first event on and swaps it in, while the service may be running on the same read models.
 * @throws where no projection has this name; see also `rebuildProjection`
 */
export async function rebuildIn(store: ProjectionStore, request: RebuildRequest): Promise<Generation> {
  const { codec, events, keyring, name, projections = PROJECTIONS } = request;
  const projection = projections.find((candidate) => candidate.name === name);
  if (projection === undefined) {
    throw new Error(
      `there is no projection ${name}; there are ${projections.map((each) => each.name).join(', ')}`,
    );
  }
  const batches = new EventBatches(codec, keyring);
  const generation = await rebuildProjection(
    projection,
    { events, batches, store },
    { pace: 'alone', ...request },
  );
  await store.sweep();
  return generation;
}

/** The same in an SQLite file. @param request with the file's path */
export async function rebuild(request: RebuildRequest & { readonly file: string }): Promise<Generation> {
  const connection = new ReadModelsConnection(request.file);
  try {
    return await rebuildIn(new SqliteProjectionStore(connection), request);
  } finally {
    connection.close();
  }
}
