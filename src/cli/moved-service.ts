import { resolve } from 'node:path';
import { Command } from 'commander';
import { environmentOfFolder } from '../infrastructure/migration/environment-of-folder.js';
import { exportService } from '../infrastructure/migration/export-service.js';
import { importService } from '../infrastructure/migration/import-service.js';
import { openServiceDatabase } from '../infrastructure/service/sqlite/service-database.js';
import { acquireFolderLock } from '../infrastructure/sqlite/folder-lock.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import { openServiceTarget, TO_SERVICE } from './targets.js';

/** What a stopped service owns itself into a file. */
export function exportServiceCommand(): Command {
  return new Command('export-service')
    .description(
      'Writes what a stopped service owns itself to a file: API keys as hashes; the keys that sign tokens, security events and checkpoints, sealed as they are; every checkpoint; which receivers are gone; and which environment it is of.',
    )
    .requiredOption('--out <file>', 'made for its owner only; one that is there is not written over')
    .option(...DATA_FOLDER)
    .action(async ({ data, out }: { data: string; out: string }) => {
      const files = {
        service: existingFileIn(data, 'service'),
        checkpoints: existingFileIn(data, 'checkpoints'),
      };
      const lock = acquireFolderLock(resolve(data));
      try {
        // One that an earlier release left lacks tables, which are made here.
        openServiceDatabase(files.service).close();
        const environment = environmentOfFolder(files.service);
        const { records } = await exportService((name) => files[name], { environment, file: out });
        process.stdout.write(`${records} keys and checkpoints of ${environment} are in ${out}\n`);
      } finally {
        lock.release();
      }
    });
}

/** What a service owned on one machine into the database of a cluster. */
export function importServiceCommand(): Command {
  return new Command('import-service')
    .description(
      'Keeps in the database of a cluster what a service owned itself, so that backends, tokens and checkpoints stay good. Before the cluster starts for the first time. It may be repeated until then.',
    )
    .requiredOption('--in <file>', 'as `export-service` wrote it')
    .option(...TO_SERVICE)
    .action(async (options: { in: string; to?: string }) => {
      const database = openServiceTarget(options.to);
      try {
        for (const [name, rows] of await importService(options.in, database)) {
          process.stdout.write(`${name}  ${rows} rows, as they are in the file\n`);
        }
      } finally {
        await database.close();
      }
    });
}
