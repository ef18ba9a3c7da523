import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { GivenUp } from '../../src/cli/jobs.js';
import { jobsCommand, retryGivenUp } from '../../src/cli/jobs.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DIED_AT = Date.parse('2026-03-02T09:00:00.000Z');

describe('latchkey jobs', () => {
  let folder: string;
  let printed: string[];

  beforeEach(() => {
    folder = temporaryFolder();
    printed = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const open = () => SqliteJobStore.open(join(folder, 'jobs.sqlite'), () => DIED_AT);

  async function giveUp(...ids: readonly string[]): Promise<void> {
    const store = open();
    await store.enqueue(ids.map((id) => ({ id, kind: 'notify', payload: { event: 'event-1' }, runAt: 0 })));
    for (const job of await store.take(ids.length)) {
      await store.fail(job, { name: 'MessageNotDelivered', message: 'destination-refused' }, undefined);
    }
    store.close();
  }

  async function putBack(): Promise<number> {
    const store = open();
    const counts = await store.counts();
    store.close();
    return counts.waiting + counts.due;
  }

  const run = (...args: readonly string[]) =>
    jobsCommand().parseAsync([...args, '--data', folder], { from: 'user' });

  it('lists what was given up, with why and about what', async () => {
    await giveUp('job-1');
    await run('list');
    expect(printed).toStrictEqual([
      'job-1  2026-03-02T09:00:00.000Z  notify  1 tries  MessageNotDelivered: destination-refused  {"event":"event-1"}\n',
    ]);
  });

  it('runs one again, or all', async () => {
    await giveUp('job-1', 'job-2', 'job-3');
    await run('retry', 'job-2');
    expect(await putBack()).toBe(1);
    await run('retry', '--all');
    expect(await putBack()).toBe(3);
    await run('list');
    expect(printed).toStrictEqual(['job-2 is run again\n', '2 jobs are run again\n']);
  });

  it('runs each once, also where a service gives it up again at once', async () => {
    await giveUp('job-1', 'job-2');
    const store = open();
    const tried: string[] = [];
    const atOnce: GivenUp = {
      counts: () => store.counts(),
      dead: (limit) => store.dead(limit),
      retry: async (id) => {
        tried.push(id);
        const retried = await store.retry(id);
        for (const job of await store.take(1))
          await store.fail(job, { name: 'WebhookNotDelivered', message: 'gone' }, undefined);
        return retried;
      },
    };
    expect(await retryGivenUp(atOnce)).toBe(2);
    expect(tried.sort()).toStrictEqual(['job-1', 'job-2']);
    store.close();
  });

  it('refuses what is no dead job, no clear choice, and a folder that is none', async () => {
    await giveUp('job-1');
    await expect(run('retry', 'job-9')).rejects.toThrow('no job job-9 was given up');
    await expect(run('retry')).rejects.toThrow('name one job, or give --all');
    await expect(run('retry', 'job-1', '--all')).rejects.toThrow('name one job, or give --all');
    expect(await putBack()).toBe(0);
    folder = join(folder, 'nowhere');
    await expect(run('list')).rejects.toThrow('is no data folder of Latchkey');
  });
});
