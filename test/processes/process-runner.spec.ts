import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProcessAdvance, ProcessStore } from '../../src/application/ports/process-store.js';
import type { Process } from '../../src/application/processes/process.js';
import { defineProcess } from '../../src/application/processes/process.js';
import type { ProcessReport } from '../../src/application/processes/process-runner.js';
import { ProcessRunner } from '../../src/application/processes/process-runner.js';
import { EventBatches } from '../../src/application/projections/event-batch.js';
import { REDACTED } from '../../src/domain/kernel/event.js';
import { SECOND } from '../../src/domain/kernel/time.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { sample } from '../projections/account-events.js';
import { DataFolder, streamOf } from '../projections/read-side.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const WELCOME = defineProcess('welcome', {
  AccountEnrolled: ({ event, eventId, rp, subject }) => [
    { id: `welcome.${eventId}`, kind: 'welcome', payload: { rp, subject }, runAt: event.at },
  ],
});

const BROKEN = defineProcess('broken', {
  AccountEnrolled: () => [],
  PasskeyRegistered: () => {
    throw new TypeError('names Ann');
  },
});

/** A disk that fails so many times. */
class FailingStore implements ProcessStore {
  constructor(
    private readonly store: ProcessStore,
    public failures: number,
  ) {}

  position(process: string): Promise<number> {
    return this.store.position(process);
  }

  advance(step: ProcessAdvance): Promise<void> {
    if (this.failures === 0) return this.store.advance(step);
    this.failures -= 1;
    return Promise.reject(new Error('the disk is full'));
  }
}

describe('processes', () => {
  let folder: DataFolder;
  let clock: AdvancingClock;
  let jobs: SqliteJobStore;
  let runners: ProcessRunner[];
  let logged: unknown[];

  beforeEach(() => {
    folder = new DataFolder();
    clock = new AdvancingClock();
    jobs = SqliteJobStore.open(join(temporaryFolder(), 'jobs.sqlite'), () => clock.now());
    runners = [];
    logged = [];
  });

  afterEach(async () => {
    for (const runner of runners) await runner.stop();
    jobs.close();
    await folder.close();
  });

  async function started(processes: readonly Process[], store: ProcessStore = jobs): Promise<ProcessRunner> {
    const log = (fields: object, message: string) => void logged.push({ ...fields, message });
    const batches = new EventBatches(folder.codec, folder.keyring);
    const sources = { events: folder.events, batches, store };
    const runner = new ProcessRunner(processes, sources, { info: log, error: log }, clock);
    runners.push(runner);
    await runner.start();
    return runner;
  }

  const reportOn = async (runner: ProcessRunner, name: string): Promise<ProcessReport> => {
    const report = (await runner.report()).find(({ process }) => process === name);
    if (report === undefined) throw new Error(`there is no report on ${name}`);
    return report;
  };
  const caughtUp = (runner: ProcessRunner, name = 'welcome') =>
    eventually(async () => (await reportOn(runner, name)).lag === 0);
  const enrol = (subject: string) => folder.append(subject, sample('AccountEnrolled'));
  const taken = async () => (await jobs.take(100)).map(({ payload }) => payload['subject']);

  it('turn what was recorded before and what comes then into jobs, each event once', async () => {
    await enrol('ann');
    const runner = await started([WELCOME]);
    await caughtUp(runner);
    await enrol('ben');
    await folder.append('ben', sample('PasskeyRegistered'));
    await caughtUp(runner);
    expect(await runner.report()).toStrictEqual([
      { process: 'welcome', status: 'running', position: 3, lag: 0, failure: null },
    ]);
    expect(await taken()).toHaveLength(2);
  });

  it('are shown nothing personal, for which a job reads the event', async () => {
    const shown: unknown[] = [];
    const looking: Process = {
      ...WELCOME,
      when: (event) => {
        shown.push(event.event.personal);
        expect(() => event.seal('a|b|c', 'x')).toThrow();
        return [];
      },
    };
    await enrol('ann');
    await caughtUp(await started([looking]));
    expect(shown).toStrictEqual([REDACTED]);
  });

  it('go on where they were after a stop, and add nothing for what they read again', async () => {
    await enrol('ann');
    const first = await started([WELCOME]);
    await caughtUp(first);
    await first.stop();
    await enrol('ben');
    const second = await started([WELCOME]);
    await caughtUp(second);
    await second.stop();
    // As if the checkpoint had not been saved.
    await jobs.advance({ process: 'welcome', from: 2, to: 0, jobs: [] });
    await caughtUp(await started([WELCOME]));
    expect((await taken()).toSorted()).toStrictEqual(['ann', 'ben']);
  });

  it('read a long past in steps, and keep a checkpoint where nothing was asked for', async () => {
    for (let subject = 0; subject < 1_100; subject++) await enrol(`subject-${subject}`);
    const idle: Process = { ...WELCOME, when: () => [] };
    const runner = await started([idle]);
    await caughtUp(runner);
    expect(await jobs.position('welcome')).toBe(1_000);
  });

  it('stop at an event they can’t handle, say so without its contents, and let the others go on', async () => {
    await enrol('ann');
    await folder.append('ann', sample('PasskeyRegistered'));
    await enrol('ben');
    const runner = await started([BROKEN, WELCOME]);
    await caughtUp(runner);
    await eventually(async () => (await reportOn(runner, 'broken')).status === 'stopped');
    const report = await reportOn(runner, 'broken');
    expect(report).toMatchObject({ position: 1, lag: 2 });
    expect(report.failure).toMatchObject({ kind: 'event', position: 2, type: 'PasskeyRegistered' });
    expect(JSON.stringify([report, logged])).not.toContain('Ann');
    clock.advance(10 * SECOND);
    expect((await reportOn(runner, 'broken')).status).toBe('stopped');
    expect(await taken()).toHaveLength(2);
  });

  it('stop at an event of no catalogue known here', async () => {
    await folder.appendBytes(streamOf('ann'), 'AccountAbducted', '{}');
    const runner = await started([WELCOME]);
    await eventually(async () => (await reportOn(runner, 'welcome')).status === 'stopped');
    expect((await reportOn(runner, 'welcome')).failure).toMatchObject({ kind: 'event', position: 1 });
  });

  it('try again when the machine failed, and lose nothing', async () => {
    await enrol('ann');
    const runner = await started([WELCOME], new FailingStore(jobs, 2));
    for (const _ of [1, 2]) {
      await eventually(async () => (await reportOn(runner, 'welcome')).status === 'stopped');
      expect((await reportOn(runner, 'welcome')).failure).toMatchObject({ kind: 'machine' });
      clock.advance(SECOND);
      await eventually(() => clock.alarms.length === 0);
      await eventually(async () => (await reportOn(runner, 'welcome')).lag === 0 || clock.alarms.length > 0);
    }
    await caughtUp(runner);
    expect(await taken()).toStrictEqual(['ann']);
  });

  it('that are ahead of a restored log stand at its end, so that what comes anew is read', async () => {
    await jobs.advance({ process: 'welcome', from: 0, to: 40, jobs: [] });
    await enrol('ann');
    const runner = await started([WELCOME]);
    await enrol('ben');
    await caughtUp(runner);
    expect(await taken()).toStrictEqual(['ben']);
    expect(logged).toStrictEqual([
      { process: 'welcome', from: 40, to: 1, message: 'a process was ahead of the events' },
    ]);
  });
});
