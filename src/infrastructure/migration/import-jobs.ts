import { z } from 'zod';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import type { JobQueue, JobRequest } from '../../application/ports/jobs.js';
import type { ProcessStore } from '../../application/ports/process-store.js';
import { openExport, UnusableExport } from './export-file.js';

/** Nothing was enqueued and no process was moved. */
export class JobsRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'JobsRefused';
  }
}

export interface JobTarget {
  /** Where the events were imported before. */
  readonly events: EventStore;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly processes: ProcessStore;
}

export interface ImportedJobs {
  readonly jobs: number;
  readonly processes: number;
}

const PROCESS = z.strictObject({
  process: z.string().min(1),
  reached: z.strictObject({ stream: z.string().min(1), revision: z.int().nonnegative(), eventId: z.uuid() }),
});
const JOB = z.strictObject({
  job: z.string().regex(/^[\w.-]+$/u),
  kind: z.string().min(1),
  payload: z.record(z.string(), z.union([z.string(), z.number()])),
  runAt: z.int(),
});
const RECORD = z.union([PROCESS, JOB]);

const AT_ONCE = 500;

/**
 * Has jobs go on elsewhere, and processes from the event on that they had come to: of what was recorded before, nothing is done or
 * told a second time. May be repeated as long as no process has moved on.
 * @throws UnusableExport, JobsRefused
 */
export async function importJobs(file: string, target: JobTarget): Promise<ImportedJobs> {
  const { records } = await openExport(file, 'jobs', (record) => recordIn(file, record));
  const moves: { readonly process: string; readonly to: Position }[] = [];
  for await (const record of records()) {
    const read = recordIn(file, record);
    if ('process' in read) moves.push({ process: read.process, to: await placeOf(read, target) });
  }
  const standing = await Promise.all(moves.map(({ process }) => target.processes.position(process)));
  const astray = moves.find(({ to }, index) => standing[index] !== 0 && standing[index] !== to);
  if (astray !== undefined) {
    throw new JobsRefused(
      `process ${astray.process} has begun already, at another event than it had come to: what it has made of others may have been done twice`,
    );
  }
  let jobs = 0;
  let some: JobRequest[] = [];
  for await (const record of records()) {
    const read = recordIn(file, record);
    if ('process' in read) continue;
    const { job: id, kind, payload, runAt } = read;
    jobs += 1;
    some.push({ id, kind, payload, runAt });
    if (some.length < AT_ONCE) continue;
    await target.jobs.enqueue(some);
    some = [];
  }
  await target.jobs.enqueue(some);
  // Last, for whoever has moved is not moved again: what was broken off before is begun anew.
  for (const [index, { process, to }] of moves.entries()) {
    if (standing[index] !== to) await target.processes.advance({ process, from: 0, to, jobs: [] });
  }
  return { jobs, processes: moves.length };
}

/** Where the event stands in the target's order that a process has come to. @throws JobsRefused */
async function placeOf(
  { process, reached }: z.infer<typeof PROCESS>,
  { events }: JobTarget,
): Promise<Position> {
  for await (const { eventId, position } of events.readStream(reached.stream, reached.revision)) {
    if (eventId === reached.eventId) return position;
    break;
  }
  throw new JobsRefused(
    `the store doesn’t hold the event that process ${process} has come to: export the events of the stopped service and import them first`,
  );
}

function recordIn(file: string, record: object): z.infer<typeof RECORD> {
  const { data, success } = RECORD.safeParse(record);
  if (!success) throw new UnusableExport(file, 'was written by another release: a line of it is no job');
  return data;
}
