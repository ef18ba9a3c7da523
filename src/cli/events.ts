import { resolve } from 'node:path';
import { Command } from 'commander';
import { SqliteEventStore } from '../infrastructure/event-store/sqlite/sqlite-event-store.js';
import { environmentOfFolder } from '../infrastructure/migration/environment-of-folder.js';
import { exportEvents } from '../infrastructure/migration/export-events.js';
import type { ImportedEvents } from '../infrastructure/migration/import-events.js';
import { importEvents } from '../infrastructure/migration/import-events.js';
import { acquireFolderLock, FolderInUse } from '../infrastructure/sqlite/folder-lock.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import { Progress } from './progress.js';
import { NAMESPACE, openEventTarget, TO_EVENTS } from './targets.js';

/** Every event of a data folder into a file, to be imported elsewhere. The service may be running. */
export function exportEventsCommand(): Command {
  return new Command('export-events')
    .description(
      'Writes every event of a data folder to a file, with the root of each product’s log. A service that runs may go on: what it records meanwhile is for the next export, which holds all of it.',
    )
    .requiredOption('--out <file>', 'made for its owner only; one that is there is not written over')
    .option(...DATA_FOLDER)
    .action(async ({ data, out }: { data: string; out: string }) => {
      const events = SqliteEventStore.open(existingFileIn(data, 'events'));
      const release = holdIfIdle(resolve(data));
      const progress = new Progress();
      try {
        const environment = environmentOfFolder(existingFileIn(data, 'service'));
        const total = await events.head();
        const { logs, records } = await exportEvents(events, { environment, file: out }, () =>
          progress.step('exported', total),
        );
        progress.end();
        for (const { rootHash, rp, treeSize } of logs) print(`${rp}  ${treeSize} events  root ${rootHash}`);
        print(`${records} events of ${environment} are in ${out}`);
      } finally {
        progress.end();
        release();
        events.close();
      }
    });
}

/** The events of a file into the store of a cluster, and back again to see that they are there. */
export function importEventsCommand(): Command {
  return new Command('import-events')
    .description(
      'Records the events of an export in an empty store, in their order, reads them back and compares the root of each product’s log. Broken off, it goes on where it was when it is run again.',
    )
    .requiredOption('--in <file>', 'as `export-events` wrote it')
    .option(...TO_EVENTS)
    .option(...NAMESPACE)
    .action(async (options: { in: string; to?: string; namespace: string }) => {
      const target = await openEventTarget(options);
      const progress = new Progress();
      try {
        const imported = await importEvents(options.in, target, (step, total) => progress.step(step, total));
        progress.end();
        report(imported);
      } finally {
        progress.end();
        await target.close();
      }
    });
}

/** @throws where the store doesn't hold what the file holds */
function report({ before, events, firstDifference, logs }: ImportedEvents): void {
  for (const { equal, exported, readBack, rp } of logs) {
    const verdict = equal ? 'equal' : 'DIFFERENT';
    print(
      `${rp}  exported ${exported?.treeSize ?? 0} events, root ${exported?.rootHash ?? 'none'}  read back ${readBack?.treeSize ?? 0} events, root ${readBack?.rootHash ?? 'none'}  ${verdict}`,
    );
  }
  if (firstDifference !== null) {
    const others = logs.filter(({ equal }) => !equal).map(({ rp }) => `the log of ${rp} is another, `);
    throw new Error(
      `what was read back is not what was exported: ${others.join('')}and event ${firstDifference} is the first that differs. Begin again with an empty store`,
    );
  }
  print(`${events} events are in the store, ${before} of them from before, and every one was read back`);
}

/** A service that runs keeps its folder; one that doesn't is kept from starting until this is done. */
function holdIfIdle(folder: string): () => void {
  try {
    const lock = acquireFolderLock(folder);
    return () => lock.release();
  } catch (failure) {
    if (!(failure instanceof FolderInUse)) throw failure;
    process.stderr.write('the service is running: what it records from now on is not in this file\n');
    return () => undefined;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
