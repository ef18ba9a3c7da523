import type { EventStore, Position } from '../../application/ports/event-store.js';
import type { DeadJob, JobRequest } from '../../application/ports/jobs.js';
import type { ExportSummary } from './export-file.js';
import { writeExport } from './export-file.js';

export interface JobsSummary extends ExportSummary {
  /** How many of the records are jobs that are still to be done. */
  readonly jobs: number;
  /** How many were given up. The records beside these and those are processes. */
  readonly dead: number;
}

/** Jobs and processes as they are read out. */
export interface JobSource {
  positions(): Promise<readonly { readonly process: string; readonly position: Position }[]>;
  outstanding(): AsyncIterable<JobRequest>;
  givenUp(): AsyncIterable<DeadJob>;
}

/**
 * Writes what is still to be done to a file, what was given up with why, and how far each process has read the events: by the event that it has come to, for
 * elsewhere that event has another position.
 */
export async function exportJobs(
  source: JobSource,
  events: EventStore,
  { environment, file }: { readonly environment: string; readonly file: string },
): Promise<JobsSummary> {
  const head = await events.head();
  let jobs = 0;
  let dead = 0;
  async function* lines(): AsyncGenerator<object, void, undefined> {
    for (const { position, process } of await source.positions()) {
      // One ahead of the events has read some that are no more.
      const [reached] = await events.readAt([Math.min(position, head)]);
      if (reached === undefined) continue;
      const { eventId, revision, stream } = reached;
      yield { process, reached: { stream, revision, eventId } };
    }
    for await (const { id, kind, payload, runAt } of source.outstanding()) {
      jobs += 1;
      yield { job: id, kind, payload, runAt };
    }
    for await (const { id, ...givenUp } of source.givenUp()) {
      dead += 1;
      yield { dead: id, ...givenUp };
    }
  }
  return writeExport(file, { holds: 'jobs', environment }, lines(), () => ({ jobs, dead }));
}
