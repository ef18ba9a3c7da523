import type { Position } from '../../src/application/ports/event-store.js';
import type {
  Advance,
  AdvanceOutcome,
  Generation,
  ProjectionStore,
} from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import type { ProjectionProgress } from '../../src/application/projections/projection-progress.js';
import type { Projection, Row, Write } from '../../src/application/projections/projection.js';

/** Both sides of the read models, as one process has them. */
export interface ReadModelsOfProcess {
  readonly store: ProjectionStore;
  readonly readModels: ReadModels;
  readonly progress: ProjectionProgress;
}

/** Read models under test, without any table yet. */
export interface OpenReadModels extends ReadModelsOfProcess {
  /** The same ones as another process has them. */
  readonly another: (projections?: readonly Projection[]) => ReadModelsOfProcess;
  readonly close: () => void | Promise<void>;
}

/** Gives each test the read models that were opened for it. */
export type CurrentReadModels = () => OpenReadModels;

function projectionOf(name: string, version = 1): Projection {
  return {
    name,
    version,
    tables: [
      {
        name,
        columns: {
          owner: 'text',
          item: 'text',
          count: 'integer',
          at: 'integer',
          members: 'text',
          secret: 'blob',
        },
        primaryKey: ['owner', 'item'],
        indexes: [['at']],
      },
    ],
    handles: [],
    readsPersonal: [],
    when: () => [],
  };
}

export const SHELVES = projectionOf('shelves');
export const BOXES = projectionOf('boxes');
export const BOTH = [SHELVES, BOXES];

export function row(item: string, parts: Row = {}): Row {
  return { owner: 'ann', item, count: 0, at: null, members: '{}', secret: null, ...parts };
}

export function put(table: string, item: string, parts: Row = {}): Write {
  return { kind: 'put', table, row: row(item, parts) };
}

export function patch(
  item: string,
  change: Omit<Extract<Write, { kind: 'patch' }>, 'kind' | 'table' | 'key'>,
): Write {
  return { kind: 'patch', table: 'shelves', key: { owner: 'ann', item }, ...change };
}

/** One event for each list of writes. */
export function advanceOf(
  { number, position, projection }: Generation,
  ...steps: readonly Write[][]
): Advance {
  return {
    projection,
    generation: number,
    from: position,
    steps: steps.map((writes, index) => ({
      position: position + 1 + index,
      eventId: `event-${position + 1 + index}`,
      type: 'Happened',
      writes,
    })),
    to: position + steps.length,
  };
}

export async function liveOf(store: ProjectionStore, projection = 'shelves'): Promise<Generation> {
  const live = await store.live(projection);
  if (live === undefined) throw new Error(`${projection} has no live generation`);
  return live;
}

/** Applies writes as one event for each list, from where the projection is. */
export async function apply(
  store: ProjectionStore,
  projection: string,
  ...steps: readonly Write[][]
): Promise<AdvanceOutcome> {
  return store.advance([advanceOf(await liveOf(store, projection), ...steps)]);
}

/** All rows that readers see, by item. */
export function allRows(readModels: ReadModels, projection = 'shelves'): Promise<readonly Row[]> {
  return readModels.list(projection, { table: projection, where: {}, orderBy: 'item' });
}

/** The last event's position, which does not change meanwhile. */
export function headAt(position: Position): () => Promise<Position> {
  return () => Promise.resolve(position);
}
