import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobQueue, JobRequest } from '../../src/application/ports/jobs.js';
import type { ProcessStore } from '../../src/application/ports/process-store.js';

/** Where processes stand, and the queue that their jobs go into. */
export interface Stored {
  readonly store: ProcessStore;
  readonly queue: JobQueue;
}

export interface OpenProcessStore extends Stored {
  readonly reopen: () => Promise<Stored>;
  readonly close: () => Promise<void>;
}

const job = (id: string): JobRequest => ({ id, kind: 'notify', payload: {}, runAt: 0 });

/** What every store of processes keeps to. */
export function processStoreContract(name: string, open: () => Promise<OpenProcessStore>): void {
  describe(`${name}, where processes stand`, () => {
    let opened: OpenProcessStore;

    beforeEach(async () => {
      opened = await open();
    });

    afterEach(() => opened.close());

    const jobsOf = async ({ queue }: Stored) => (await queue.counts()).due;

    it('has a process begin before the first event, and keeps where each has got to', async () => {
      const { reopen, store } = opened;
      expect(await store.position('notices')).toBe(0);
      await store.advance({ process: 'notices', from: 0, to: 7, jobs: [job('job-1'), job('job-2')] });
      await store.advance({ process: 'resets', from: 0, to: 3, jobs: [] });
      await store.advance({ process: 'notices', from: 7, to: 9, jobs: [] });
      const again = await reopen();
      expect([await again.store.position('notices'), await again.store.position('resets')]).toStrictEqual([
        9, 3,
      ]);
      expect(await jobsOf(again)).toBe(2);
    });

    it('lets one of two move a process, and enqueues nothing for the other', async () => {
      const { store } = opened;
      const step = (id: string) => store.advance({ process: 'notices', from: 0, to: 5, jobs: [job(id)] });
      const outcomes = await Promise.allSettled([step('job-1'), step('job-2')]);
      expect(outcomes.map(({ status }) => status).toSorted()).toStrictEqual(['fulfilled', 'rejected']);
      expect(await store.position('notices')).toBe(5);
      expect(await jobsOf(opened)).toBe(1);
    });

    it('goes back where it is told to, for events that are no more', async () => {
      const { store } = opened;
      await store.advance({ process: 'notices', from: 0, to: 5, jobs: [] });
      await store.advance({ process: 'notices', from: 5, to: 2, jobs: [] });
      expect(await store.position('notices')).toBe(2);
    });

    it('adds nothing for a step that is repeated', async () => {
      const { store } = opened;
      await store.advance({ process: 'notices', from: 0, to: 5, jobs: [job('job-1')] });
      await store.advance({ process: 'notices', from: 5, to: 0, jobs: [] });
      await store.advance({ process: 'notices', from: 0, to: 5, jobs: [job('job-1')] });
      expect(await jobsOf(opened)).toBe(1);
    });
  });
}
