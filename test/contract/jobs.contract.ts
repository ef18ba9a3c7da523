import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeadJob, Job, JobOutcome, JobQueue, JobRequest } from '../../src/application/ports/jobs.js';
import { ATTEMPTS, pauseAfter } from '../../src/application/ports/job-pauses.js';
import { DONE } from '../../src/application/ports/jobs.js';
import { HOUR, MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import { eventually } from '../support/eventually.js';

/** A queue under test. */
export interface OpenJobQueue {
  readonly queue: JobQueue;
  readonly now: () => number;
  /** Lets so many ms pass for the queue. */
  readonly advance: (milliseconds: number) => void;
  /** As after a crash: what was under way is under way no more, and another queue has the same jobs. */
  readonly reopen: () => Promise<JobQueue>;
  readonly close: () => Promise<void>;
}

class NotNow extends Error {
  constructor(
    readonly retryable: boolean,
    readonly retryAfter?: number,
  ) {
    super('to +8618591234565: it is busy');
    this.name = 'NotNow';
  }

  readonly reason = 'gateway-unavailable';
}

/** What every queue of jobs keeps to. */
export function jobQueueContract(name: string, open: () => Promise<OpenJobQueue>): void {
  describe(name, () => {
    let opened: OpenJobQueue;
    let queue: JobQueue;
    let performed: Job[];

    beforeEach(async () => {
      opened = await open();
      queue = opened.queue;
      performed = [];
    });

    afterEach(async () => {
      await opened.close();
    });

    const request = (id: string, more: Partial<JobRequest> = {}): JobRequest => ({
      id,
      kind: 'notify',
      payload: { event: 'event-1', position: 7 },
      runAt: opened.now(),
      ...more,
    });

    /** Works, noting each job, on what `outcome` says. */
    const work = (outcome: (job: Job) => JobOutcome | Promise<JobOutcome> = () => DONE) =>
      queue.work(async (job) => {
        performed.push(job);
        return outcome(job);
      });

    const ids = () => performed.map(({ id }) => id);
    const ran = (count: number) => eventually(() => performed.length >= count);
    const counts = async () => queue.counts();
    // Of one moment: a job that is due in one may be running in the next.
    const settled = () =>
      eventually(async () => {
        const { due, running } = await counts();
        return due + running === 0;
      });

    it('runs what was enqueued before and after it began to work, as it was asked for', async () => {
      await queue.enqueue([request('job-1')]);
      await work();
      await ran(1);
      await queue.enqueue([request('job-2', { kind: 'expire', payload: {} })]);
      await ran(2);
      await settled();
      expect(performed).toStrictEqual([
        { id: 'job-1', kind: 'notify', payload: { event: 'event-1', position: 7 }, attempt: 1 },
        { id: 'job-2', kind: 'expire', payload: {}, attempt: 1 },
      ]);
      expect(await counts()).toStrictEqual({ waiting: 0, due: 0, running: 0, dead: 0 });
    });

    it('discards what waits about an account, and nothing else', async () => {
      const runAt = opened.now() + HOUR;
      const about = (id: string, payload: Job['payload'], kind = 'notify') =>
        request(id, { kind, payload, runAt });
      await queue.enqueue([
        about('by-subject', { subject: 'ann' }),
        about('by-stream', { stream: 'account-x.ann' }),
        about('excepted', { subject: 'ann' }, 'finish'),
        about('of-another', { subject: 'ben', stream: 'account-x.ben' }),
        about('of-nobody', {}),
      ]);
      await queue.discard({ subject: 'ann', stream: 'account-x.ann' }, 'finish');
      await work();
      opened.advance(HOUR);
      await ran(3);
      await settled();
      expect(ids().sort()).toStrictEqual(['excepted', 'of-another', 'of-nobody']);
    });

    it('runs a job at its time and not before', async () => {
      await queue.enqueue([request('later', { runAt: opened.now() + HOUR }), request('now')]);
      await work();
      await ran(1);
      await settled();
      opened.advance(HOUR - 1);
      await queue.enqueue([request('between')]);
      await ran(2);
      await settled();
      expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 0 });
      opened.advance(1);
      await ran(3);
      expect(ids()).toStrictEqual(['now', 'between', 'later']);
    });

    it('runs first what comes to be due first, also where it was enqueued last', async () => {
      await work();
      await queue.enqueue([request('in-two-hours', { runAt: opened.now() + 2 * HOUR })]);
      await queue.enqueue([request('in-one-hour', { runAt: opened.now() + HOUR })]);
      opened.advance(HOUR);
      await ran(1);
      opened.advance(HOUR);
      await ran(2);
      expect(ids()).toStrictEqual(['in-one-hour', 'in-two-hours']);
    });

    it('takes the same id for the same job: waiting, done or dead', async () => {
      await queue.enqueue([
        request('waiting', { runAt: opened.now() + HOUR }),
        request('done'),
        request('done'),
        request('dead'),
      ]);
      await work(({ id }) => {
        if (id === 'dead') throw new NotNow(false);
        return DONE;
      });
      await ran(2);
      await settled();
      await queue.enqueue([request('waiting'), request('done'), request('dead'), request('other')]);
      await ran(3);
      await settled();
      expect(ids().toSorted()).toStrictEqual(['dead', 'done', 'other']);
      expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 1 });
    });

    it('takes one of many that bring the same id at once', async () => {
      await work();
      await Promise.all(Array.from({ length: 32 }, () => queue.enqueue([request('job-1')])));
      await ran(1);
      await settled();
      expect(ids()).toStrictEqual(['job-1']);
    });

    it('runs a job again at the time it asked for, each time as if for the first time', async () => {
      await queue.enqueue([request('poll')]);
      await work(() => (performed.length < 3 ? { kind: 'again', at: opened.now() + MINUTE } : DONE));
      for (const run of [1, 2]) {
        await ran(run);
        await settled();
        opened.advance(MINUTE - 1);
        await settled();
        expect(performed).toHaveLength(run);
        opened.advance(1);
      }
      await ran(3);
      await settled();
      opened.advance(HOUR);
      await settled();
      expect(performed.map(({ attempt }) => attempt)).toStrictEqual([1, 1, 1]);
      expect(await counts()).toStrictEqual({ waiting: 0, due: 0, running: 0, dead: 0 });
    });

    it('tries a job that fails again after growing pauses, and gives it up after so many', async () => {
      await queue.enqueue([request('job-1')]);
      await work(() => {
        throw new NotNow(true);
      });
      for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
        await ran(attempt);
        await settled();
        expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 0 });
        opened.advance((pauseAfter({ id: 'job-1', attempt }) ?? 0) - 1);
        await settled();
        expect(performed).toHaveLength(attempt);
        opened.advance(1);
      }
      await ran(ATTEMPTS);
      await settled();
      expect(performed.map(({ attempt }) => attempt)).toStrictEqual(
        Array.from({ length: ATTEMPTS }, (_, index) => index + 1),
      );
      expect(await queue.dead(10)).toStrictEqual([
        {
          id: 'job-1',
          kind: 'notify',
          payload: { event: 'event-1', position: 7 },
          attempts: ATTEMPTS,
          diedAt: opened.now(),
          // What the error says beside its reason may quote anything.
          failure: { name: 'NotNow', message: 'gateway-unavailable' },
        },
      ]);
    });

    it('leaves a job that fails alone for as long as the failure asks for', async () => {
      await queue.enqueue([request('job-1')]);
      await work(() => {
        throw new NotNow(true, HOUR);
      });
      await ran(1);
      await settled();
      opened.advance(HOUR - 1);
      await settled();
      expect(performed).toHaveLength(1);
      opened.advance(1 + (pauseAfter({ id: 'job-1', attempt: 1 }, new NotNow(true, HOUR)) ?? 0) - HOUR);
      await ran(2);
    });

    it('gives a job up at once that says that trying again is no use, and keeps it', async () => {
      await queue.enqueue([request('job-1'), request('job-2')]);
      await work(({ id }) => {
        if (id === 'job-1') throw new NotNow(false);
        return DONE;
      });
      await ran(2);
      await settled();
      opened.advance(24 * HOUR);
      await settled();
      expect((await queue.dead(10)).map(({ attempts, id }) => [id, attempts])).toStrictEqual([['job-1', 1]]);
    });

    it('runs a dead job again when told to, as if for the first time, and no other', async () => {
      let broken = true;
      await queue.enqueue([request('job-1')]);
      await work(() => {
        if (broken) throw new NotNow(false);
        return DONE;
      });
      await ran(1);
      await settled();
      broken = false;
      expect(await queue.retry('job-2')).toBe(false);
      expect(await queue.retry('job-1')).toBe(true);
      await ran(2);
      await settled();
      expect(await queue.retry('job-1')).toBe(false);
      expect(performed.map(({ attempt }) => attempt)).toStrictEqual([1, 1]);
      expect(await queue.dead(10)).toStrictEqual([]);
    });

    it('keeps what was given up elsewhere, and runs it when told to, as if for the first time', async () => {
      const dead = (id: string, age: number): DeadJob => ({
        id,
        kind: 'notify',
        payload: { event: 'event-1', stream: `account-x.${id}`, position: 7 },
        attempts: ATTEMPTS,
        diedAt: opened.now() - age,
        failure: { name: 'NotNow', message: 'gateway-unavailable' },
      });
      const [late, early, gone] = [dead('late', HOUR), dead('early', 2 * HOUR), dead('gone', 3 * HOUR)];
      await queue.enqueue([request('waits', { runAt: opened.now() + HOUR })]);
      await queue.keepDead([early, gone, late, dead('waits', HOUR)]);
      await queue.keepDead([late, { ...early, attempts: 1 }]);
      await queue.keepDead([]);
      expect(await queue.dead(10)).toStrictEqual([late, early, gone]);
      expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 3 });
      await queue.discard({ subject: 'nobody', stream: 'account-x.gone' }, 'finish');
      queue = await opened.reopen();
      await work(({ attempt }) => {
        if (attempt === 1) throw new NotNow(true);
        return DONE;
      });
      await queue.enqueue([request('early')]);
      expect(await queue.retry('late')).toBe(true);
      await ran(1);
      await settled();
      opened.advance(pauseAfter({ id: 'late', attempt: 1 }) ?? 0);
      await ran(2);
      await settled();
      expect(performed).toStrictEqual(
        [1, 2].map((attempt) => ({ id: 'late', kind: 'notify', payload: late.payload, attempt })),
      );
      expect(await queue.dead(10)).toStrictEqual([early]);
      expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 1 });
    });

    it('lists the dead, the last first, and no more than asked for', async () => {
      await work(() => {
        throw new NotNow(false);
      });
      for (const id of ['first', 'second', 'third']) {
        await queue.enqueue([request(id)]);
        await eventually(async () => (await queue.dead(10)).some((job) => job.id === id));
        opened.advance(SECOND);
      }
      expect((await queue.dead(2)).map(({ id }) => id)).toStrictEqual(['third', 'second']);
    });

    it('lets one job fail or hang without harm to the others', async () => {
      const released = new Promise<JobOutcome>((resolve) => {
        setImmediate(() => void eventually(() => performed.length === 40).then(() => resolve(DONE)));
      });
      await queue.enqueue(Array.from({ length: 40 }, (_, index) => request(`job-${index}`)));
      await work(({ id }) => {
        if (id === 'job-1') throw new NotNow(true);
        return id === 'job-0' ? released : DONE;
      });
      await ran(40);
      await settled();
      expect(new Set(ids()).size).toBe(40);
      expect(await counts()).toStrictEqual({ waiting: 1, due: 0, running: 0, dead: 0 });
    });

    it('finishes what has begun when it is drained, and begins nothing more', async () => {
      let release: (outcome: JobOutcome) => void = () => undefined;
      await work(
        () =>
          new Promise((resolve) => {
            release = resolve;
          }),
      );
      await queue.enqueue([request('job-1')]);
      await ran(1);
      const drained = queue.drain();
      await queue.enqueue([request('job-2')]);
      release(DONE);
      await drained;
      opened.advance(HOUR);
      expect(ids()).toStrictEqual(['job-1']);
      expect(await counts()).toStrictEqual({ waiting: 0, due: 1, running: 0, dead: 0 });
    });

    it('loses nothing to a crash: what had begun is begun again, what waited waits', async () => {
      await queue.enqueue([
        request('begun'),
        request('done'),
        request('later', { runAt: opened.now() + HOUR }),
      ]);
      await work(({ id }) => (id === 'begun' ? new Promise<JobOutcome>(() => undefined) : DONE));
      await ran(2);
      await eventually(async () => (await counts()).running === 1);
      queue = await opened.reopen();
      performed = [];
      await work();
      await ran(1);
      opened.advance(HOUR);
      await ran(2);
      await settled();
      expect(performed.map(({ attempt, id }) => [id, attempt])).toStrictEqual([
        ['begun', 2],
        ['later', 1],
      ]);
    });

    it('gives a job up that takes the process down with it each time', async () => {
      await queue.enqueue([request('poison')]);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        await work(() => new Promise<JobOutcome>(() => undefined));
        await ran(attempt);
        await eventually(async () => (await counts()).running === 1);
        queue = await opened.reopen();
      }
      await work();
      await settled();
      expect(
        (await queue.dead(10)).map(({ attempts, failure, id }) => [id, attempts, failure.name]),
      ).toStrictEqual([['poison', ATTEMPTS, 'Interrupted']]);
      expect(performed).toHaveLength(ATTEMPTS);
    });
  });
}
