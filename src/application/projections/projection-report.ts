import type { Position } from '../ports/event-store.js';
import type { Generation } from '../ports/projection-store.js';
import type { FedProjection } from './fed-projection.js';
import type { ProjectionFailure } from './projection-failure.js';
import type { FeedSources } from './projection-feed.js';
import type { RebuildProgress } from './projection-rebuild.js';
import type { Projection } from './projection.js';

/**
 * `rebuilding`: until the swap, queries are answered from what an older version has left, which stands still. `elsewhere`: another
 * process takes it on, and knows more of it.
 */
export type ProjectionStatus = 'running' | 'rebuilding' | 'stopped' | 'elsewhere';

/** What health and metrics show of a projection. */
export interface ProjectionReport {
  readonly projection: string;
  readonly version: number;
  readonly status: ProjectionStatus;
  /** Of the generation that queries read. */
  readonly position: Position;
  /** How many events that is behind the last one recorded. */
  readonly lag: number;
  /** Why it stopped; null unless it did. */
  readonly failure: ProjectionFailure | null;
  /** How far a rebuild of this process is; null where there is none. */
  readonly rebuild: RebuildProgress | null;
}

/** A projection as the runner looks after it. */
export interface Supervised {
  readonly projection: Projection;
  /** As it was when it was last looked up. */
  live: Generation;
  status: ProjectionStatus;
  fed: FedProjection | null;
  failure: ProjectionFailure | null;
  rebuild: RebuildProgress | null;
}

/** The rows are of the version that this code makes and understands. */
export function isCurrent({ live, projection }: Supervised): boolean {
  return live.version === projection.version;
}

export function reportOf(supervised: Supervised, head: Position): ProjectionReport {
  const { failure, fed, live, projection, rebuild, status } = supervised;
  const position = fed?.position ?? live.position;
  return {
    projection: projection.name,
    version: projection.version,
    status,
    position,
    lag: Math.max(0, head - position),
    failure,
    rebuild,
  };
}

/** What a process can tell that takes none of them on. */
export function reportsFromAfar(
  projections: readonly Projection[],
  { events, store }: Pick<FeedSources, 'events' | 'store'>,
): Promise<readonly ProjectionReport[]> {
  return Promise.all(
    projections.map(async ({ name: projection, version }): Promise<ProjectionReport> => {
      const position = (await store.live(projection))?.position ?? 0;
      const lag = Math.max(0, (await events.head()) - position);
      return { projection, version, status: 'elsewhere', position, lag, failure: null, rebuild: null };
    }),
  );
}
