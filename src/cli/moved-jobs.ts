import { resolve } from 'node:path';
import { Command } from 'commander';
import { SqliteEventStore } from '../infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SqliteJobStore } from '../infrastructure/jobs/sqlite/sqlite-job-store.js';
import { environmentOfFolder } from '../infrastructure/migration/environment-of-folder.js';
import { exportJobs } from '../infrastructure/migration/export-jobs.js';
import { importJobs } from '../infrastructure/migration/import-jobs.js';
import { acquireFolderLock } from '../infrastructure/sqlite/folder-lock.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import { NAMESPACE, openEventTarget, openJobTarget, TO_EVENTS, TO_JOBS } from './targets.js';

/** What a stopped service has still to do into a file. */
export function exportJobsCommand(): Command {
  return new Command('export-jobs')
    .description(
      'Writes the jobs that a stopped service has still to do to a file, and which event each process has come to; and the jobs that were given up, with why.',
    )
    .requiredOption('--out <file>', 'made for its owner only; one that is there is not written over')
    .option(...DATA_FOLDER)
    .action(async ({ data, out }: { data: string; out: string }) => {
      const [events, jobs] = [existingFileIn(data, 'events'), existingFileIn(data, 'jobs')];
      const lock = acquireFolderLock(resolve(data));
      const store = SqliteEventStore.open(events);
      const source = SqliteJobStore.open(jobs, Date.now);
      try {
        const environment = environmentOfFolder(existingFileIn(data, 'service'));
        const written = await exportJobs(source, store, { environment, file: out });
        const { dead, jobs: open, records } = written;
        process.stdout.write(
          `${open} jobs, ${dead} that were given up and the places of ${records - open - dead} processes are in ${out}\n`,
        );
      } finally {
        source.close();
        store.close();
        lock.release();
      }
    });
}

/** The jobs of a file into the queue of a cluster, whose processes go on from where those of the folder were. */
export function importJobsCommand(): Command {
  return new Command('import-jobs')
    .description(
      'Has a cluster go on with the jobs of an export, and its processes from the event on that they had come to, so that nobody is told again of what was told before. After `import-events`, before the cluster starts. It may be repeated until then.',
    )
    .requiredOption('--in <file>', 'as `export-jobs` wrote it')
    .option(...TO_EVENTS)
    .option(...TO_JOBS)
    .option(...NAMESPACE)
    .action(async (options: { in: string; to?: string; redis?: string; namespace: string }) => {
      const target = await openJobTarget(options);
      try {
        const store = await openEventTarget(options);
        try {
          const { dead, jobs, processes } = await importJobs(options.in, { ...target, events: store.events });
          process.stdout.write(
            `${jobs} jobs go on, and ${processes} processes from where they were; ${dead} jobs stay given up\n`,
          );
        } finally {
          await store.close();
        }
      } finally {
        await target.close();
      }
    });
}
