import { z } from 'zod';
import type { EventStore, Position } from '../../application/ports/event-store.js';
import type { DeadJob, JobQueue, JobRequest } from '../../application/ports/jobs.js';
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
  readonly jobs: Pick<JobQueue, 'enqueue' | 'keepDead'>;
  readonly processes: ProcessStore;
}

export interface ImportedJobs {
  readonly jobs: number;
  readonly dead: number;
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
const DEAD = z.strictObject({
  ...JOB.omit({ job: true, runAt: true }).shape,
  dead: JOB.shape.job,
  attempts: z.int().nonnegative(),
  diedAt: z.int(),
  failure: z.strictObject({ name: z.string(), message: z.string() }),
});
const RECORD = z.union([PROCESS, JOB, DEAD]);

const AT_ONCE = 500;

/**
 * Has jobs go on elsewhere, keeps those that were given up, and has processes go on from the event on that they had come to: of what was recorded before, nothing is done or
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
  const jobs = new Batches<JobRequest>((some) => target.jobs.enqueue(some));
  const dead = new Batches<DeadJob>((some) => target.jobs.keepDead(some));
  for await (const record of records()) {
    const read = recordIn(file, record);
    if ('job' in read) {
      const { job: id, ...job } = read;
      await jobs.add({ id, ...job });
    } else if ('dead' in read) {
      const { dead: id, ...job } = read;
      await dead.add({ id, ...job });
    }
  }
  await jobs.end();
  await dead.end();
  // Last, for whoever has moved is not moved again: what was broken off before is begun anew.
  for (const [index, { process, to }] of moves.entries()) {
    if (standing[index] !== to) await target.processes.advance({ process, from: 0, to, jobs: [] });
  }
  return { jobs: jobs.count, dead: dead.count, processes: moves.length };
}

/** Hands on what is added, so many together. */
class Batches<Item> {
  count = 0;
  private some: Item[] = [];

  constructor(private readonly take: (some: readonly Item[]) => Promise<void>) {}

  async add(item: Item): Promise<void> {
    this.count += 1;
    this.some.push(item);
    if (this.some.length === AT_ONCE) await this.end();
  }

  async end(): Promise<void> {
    await this.take(this.some);
    this.some = [];
  }
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
