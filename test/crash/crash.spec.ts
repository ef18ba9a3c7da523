import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { BackendAtWork, expectedOf, recordedOf, viewsOf } from '../support/backend-at-work.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILLS = 50;
const WORKERS = 6;
const run = promisify(execFile);

describe('a service that is killed at any moment', () => {
  let service: KillableService | undefined;
  afterAll(async () => {
    await service?.kill();
  });

  it(
    `keeps every answer and repeats every command to the same one, over ${KILLS} kills`,
    async () => {
      const killed = new KillableService(temporaryFolder(), await freePort());
      service = killed;
      await killed.start();
      const answers = new Countdown();
      const workers = Array.from(
        { length: WORKERS },
        (_, index) => new BackendAtWork(killed, () => answers.count(), index),
      );
      const work = Promise.all(workers.map((worker) => worker.work()));

      for (let kill = 0; kill < KILLS; kill++) {
        // However slow the machine is, something was answered; then a moment that falls anywhere in what comes next.
        await Promise.race([work, answers.after(randomInt(1, 40)).then(() => passes(randomInt(0, 15)))]);
        let restarted = (): void => undefined;
        const restart = new Promise<void>((resolve) => (restarted = resolve));
        for (const worker of workers) worker.waitFor(restart);
        await killed.kill();
        await killed.start();
        for (const worker of workers) {
          // What was answered last before the kill is what a crash would lose first.
          for (const done of worker.answered.slice(-3)) {
            expect(await killed.post(done.method, done.path, done.key, done.body)).toStrictEqual(done.answer);
          }
        }
        restarted();
      }
      for (const worker of workers) worker.stopped = true;
      await work;

      for (const { method, path, key, body, answer } of workers.flatMap((worker) => worker.answered)) {
        expect(await killed.post(method, path, key, body)).toStrictEqual(answer);
      }
      for (const worker of workers)
        expect(await recordedOf(killed, worker)).toStrictEqual(expectedOf(worker));

      const before = await viewsOf(killed, workers);
      for (const { name } of PROJECTIONS) {
        await run(process.execPath, [
          'bin/latchkey.js',
          'projections',
          'rebuild',
          name,
          '--data',
          killed.folder,
        ]);
      }
      expect(await viewsOf(killed, workers)).toStrictEqual(before);
    },
    15 * 60_000,
  );
});

/** Says when so many more answers have come. */
class Countdown {
  private left = 0;
  private reached = (): void => undefined;

  after(answers: number): Promise<void> {
    this.left = answers;
    return new Promise((resolve) => (this.reached = resolve));
  }

  count(): void {
    this.left -= 1;
    if (this.left === 0) this.reached();
  }
}

function passes(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
