import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ErrorSummary } from '../../../application/error-summary.js';
import type { Position } from '../../../application/ports/event-store.js';
import type { DeadJob, Job, JobCounts, JobOutcome, JobRequest } from '../../../application/ports/jobs.js';
import { ATTEMPTS } from '../../../application/ports/job-pauses.js';
import type { ProcessAdvance, ProcessStore } from '../../../application/ports/process-store.js';
import type { Duration, Instant } from '../../../domain/kernel/time.js';
import { DAY } from '../../../domain/kernel/time.js';
import { GroupCommit } from '../../sqlite/group-commit.js';
import { openDatabase } from '../../sqlite/open-database.js';
import { checkpointStatements, deadJobOf, jobOf, jobStatements, LAYOUT, requestOf } from './job-table.js';

/** The ids of what was done are known for so long: longer than anything asks for a job twice. */
const KEPT_DONE = 7 * DAY;
/** Rows that one write takes along: more than it adds, so that a backlog shrinks, and too few to be felt. */
const FORGOTTEN_AT_ONCE = 256;
/** Rows read in one go; more would hold the event loop for too long. */
const PAGE = 1_000;

const INTERRUPTED: ErrorSummary = { name: 'Interrupted', message: 'the process ended while it was run' };

/** Jobs and checkpoints in one SQLite file, so that both move in one transaction. */
export class SqliteJobStore implements ProcessStore {
  private readonly group: GroupCommit;
  private readonly jobs;
  private readonly checkpoints;
  private added: () => void = () => undefined;

  private constructor(
    private readonly database: DatabaseSyncInstance,
    private readonly clock: () => Instant,
  ) {
    this.group = new GroupCommit(database);
    this.jobs = jobStatements(database);
    this.checkpoints = checkpointStatements(database);
  }

  /** @param clock the time of day in ms since the Unix epoch */
  static open(file: string, clock: () => Instant): SqliteJobStore {
    return new SqliteJobStore(openDatabase(file, LAYOUT), clock);
  }

  /** @param added told when a job may have become the next one to run */
  onAdded(added: () => void): void {
    this.added = added;
  }

  async enqueue(requests: readonly JobRequest[]): Promise<void> {
    if (requests.length === 0) return;
    await this.group.run(() => this.add(requests));
    this.added();
  }

  position(process: string): Promise<Position> {
    return new Promise((resolve) => resolve(this.standsAt(process)));
  }

  async advance({ from, jobs, process, to }: ProcessAdvance): Promise<void> {
    const moved = await this.group.run(() => {
      if (this.standsAt(process) !== from) return false;
      this.checkpoints.move.run(process, to);
      this.add(jobs);
      return true;
    });
    if (!moved) throw new Error(`process ${process} doesn't stand at ${from}: another one moves it`);
    if (jobs.length > 0) this.added();
  }

  /** Marks jobs that are due as begun, those that have waited longest first. */
  take(limit: number): Promise<readonly Job[]> {
    return this.group.run(() => {
      const now = this.clock();
      this.jobs.forget.run(now - KEPT_DONE, FORGOTTEN_AT_ONCE);
      const taken = this.jobs.due.all(now, limit).map(jobOf);
      for (const { id } of taken) this.jobs.begin.run(id);
      return taken;
    });
  }

  async settle({ id }: Job, outcome: JobOutcome): Promise<void> {
    await this.group.run(() => {
      if (outcome.kind === 'again') this.jobs.postpone.run(outcome.at, 0, id);
      else this.jobs.end.run('done', this.clock(), null, id);
    });
  }

  /** @param pause in ms, before it is tried again; undefined: it is given up */
  async fail(job: Job, failure: ErrorSummary, pause: Duration | undefined): Promise<void> {
    await this.group.run(() => this.failed(job, failure, pause));
  }

  /** Jobs that count as begun and that nobody runs: the process that did has ended, or could not record how it went. */
  async takeBack(isRunning: (id: string) => boolean): Promise<void> {
    await this.group.run(() => {
      const left = this.jobs.running.all().map(jobOf);
      for (const job of left) {
        if (!isRunning(job.id)) this.failed(job, INTERRUPTED, job.attempt < ATTEMPTS ? 0 : undefined);
      }
    });
  }

  /** When the next job is to be run; undefined where none waits. */
  nextRun(): Instant | undefined {
    const { at } = this.jobs.nextRun.get() as { at: Instant | null };
    return at ?? undefined;
  }

  async discard({ stream, subject }: { subject: string; stream: string }, except: string): Promise<void> {
    await this.group.run(() => this.jobs.discard.run(except, subject, stream));
  }

  counts(): Promise<JobCounts> {
    return new Promise((resolve) => {
      const rows = this.jobs.counts.all(this.clock()) as { state: string; due: 0 | 1; jobs: number }[];
      const count = (state: string, due: 0 | 1): number =>
        rows.find((row) => row.state === state && row.due === due)?.jobs ?? 0;
      resolve({
        waiting: count('waiting', 0),
        due: count('waiting', 1),
        running: count('running', 0),
        dead: count('dead', 0),
      });
    });
  }

  dead(limit: number): Promise<readonly DeadJob[]> {
    return new Promise((resolve) => resolve(this.jobs.dead.all(limit).map(deadJobOf)));
  }

  async keepDead(jobs: readonly DeadJob[]): Promise<void> {
    await this.group.run(() => {
      for (const { attempts, diedAt, failure, id, kind, payload } of jobs) {
        const told = JSON.stringify(failure);
        this.jobs.keepDead.run(id, kind, JSON.stringify(payload), diedAt, attempts, diedAt, told);
      }
    });
  }

  /** What is still to be done, to be done elsewhere: jobs that wait, and those that were begun and not ended. */
  outstanding(): AsyncGenerator<JobRequest, void, undefined> {
    return pages((last) => this.jobs.outstanding.all(last, PAGE).map(requestOf));
  }

  /** All that was given up. */
  givenUp(): AsyncGenerator<DeadJob, void, undefined> {
    return pages((last) => this.jobs.givenUp.all(last, PAGE).map(deadJobOf));
  }

  /** Of every process that has ever moved. */
  positions(): Promise<readonly { readonly process: string; readonly position: Position }[]> {
    return new Promise((resolve) =>
      resolve(this.checkpoints.positions.all() as { process: string; position: Position }[]),
    );
  }

  async retry(id: string): Promise<boolean> {
    const revived = await this.group.run(() => this.jobs.revive.run(this.clock(), id).changes === 1);
    if (revived) this.added();
    return revived;
  }

  /** Commits what was asked for before and refuses everything after. */
  close(): void {
    this.group.close();
    if (this.database.isOpen) this.database.close();
  }

  private add(requests: readonly JobRequest[]): void {
    for (const { id, kind, payload, runAt } of requests) {
      this.jobs.add.run(id, kind, JSON.stringify(payload), runAt);
    }
  }

  private failed({ attempt, id }: Job, failure: ErrorSummary, pause: Duration | undefined): void {
    const now = this.clock();
    if (pause === undefined) this.jobs.end.run('dead', now, JSON.stringify(failure), id);
    else this.jobs.postpone.run(now + pause, attempt, id);
  }

  private standsAt(process: string): Position {
    const row = this.checkpoints.position.get(process) as { position: Position } | undefined;
    return row?.position ?? 0;
  }
}

/** @param after a page of `PAGE` at most, of those whose ids follow */
async function* pages<Kept extends { readonly id: string }>(
  after: (last: string) => readonly Kept[],
): AsyncGenerator<Kept, void, undefined> {
  let page: readonly Kept[];
  let last = '';
  do {
    page = after(last);
    yield* page;
    last = page.at(-1)?.id ?? last;
    await nextTurn();
  } while (page.length === PAGE);
}
