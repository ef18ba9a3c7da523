import { Command, InvalidArgumentError } from 'commander';
import { SqliteJobStore } from '../infrastructure/jobs/sqlite/sqlite-job-store.js';
import type { DeadJob, JobQueue } from '../application/ports/jobs.js';
import { Opened } from '../infrastructure/opened.js';
import { clusterStores } from './cluster.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';

const SHOWN = 100;

/** Jobs that were given up, wherever they are kept. */
export type GivenUp = Pick<JobQueue, 'counts' | 'dead' | 'retry'>;

/** Jobs that were given up: looked at, and run again. The service may be running. */
export function jobsCommand(): Command {
  const jobs = new Command('jobs').description('Jobs that were given up');

  jobs
    .command('list')
    .description(
      'Lists the jobs that were given up, the latest first: what failed, and the ids it was about.',
    )
    .option('--limit <number>', 'at most so many', positiveNumber, SHOWN)
    .option(...DATA_FOLDER)
    .action(({ data, limit }: { data: string; limit: number }) =>
      withJobs(data, async (store) => {
        for (const { attempts, diedAt, failure, id, kind, payload } of await store.dead(limit)) {
          const died = new Date(diedAt).toISOString();
          const why = `${failure.name}${failure.message === '' ? '' : `: ${failure.message}`}`;
          const line = [id, died, kind, `${attempts} tries`, why, JSON.stringify(payload)];
          process.stdout.write(`${line.join('  ')}\n`);
        }
      }),
    );

  jobs
    .command('retry')
    .description(
      'Runs a job again that was given up, or all of them. A running service begins within a minute.',
    )
    .argument('[job id]', 'as `list` shows it')
    .option('--all', 'every job that was given up')
    .option(...DATA_FOLDER)
    .action((id: string | undefined, { all, data }: { all?: true; data: string }) =>
      withJobs(data, async (store) => {
        if ((id === undefined) !== (all === true)) throw new Error('name one job, or give --all');
        if (id === undefined) process.stdout.write(`${await retryGivenUp(store)} jobs are run again\n`);
        else if (await store.retry(id)) process.stdout.write(`${id} is run again\n`);
        else throw new Error(`no job ${id} was given up`);
      }),
    );

  return jobs;
}

/** Those that were given up by now: one that is given up again meanwhile stays so. @returns how many are run again */
export async function retryGivenUp(
  store: GivenUp,
  isMeant: (job: DeadJob) => boolean = () => true,
): Promise<number> {
  let retried = 0;
  const { dead } = await store.counts();
  for (const job of dead === 0 ? [] : await store.dead(dead)) {
    if (isMeant(job) && (await store.retry(job.id))) retried += 1;
  }
  return retried;
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It is no number from 1 on.');
  return number;
}

export async function withJobs(folder: string, work: (jobs: GivenUp) => Promise<void>): Promise<void> {
  const opened = new Opened();
  const cluster = clusterStores();
  try {
    const jobs =
      cluster === null
        ? SqliteJobStore.open(existingFileIn(folder, 'jobs'), Date.now)
        : await cluster.jobs(opened.closing(await cluster.redis()), { now: Date.now });
    await work(opened.closing(jobs));
  } finally {
    await opened.close();
  }
}
