import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

/** The thread of `CheckpointThread`. */

/** In ms. */
const EVERY = 500;

const checkpoints = (workerData as readonly string[]).map((file) => {
  const database = new DatabaseSync(file, { timeout: 0 });
  return { database, run: database.prepare('pragma wal_checkpoint(passive)') };
});

const timer = setInterval(() => {
  for (const { run } of checkpoints) {
    try {
      run.get();
    } catch {
      // Whoever writes meets it too: it moves what is left of the log by itself, and fails where the disk does.
    }
  }
}, EVERY);

parentPort?.once('message', () => {
  clearInterval(timer);
  for (const { database } of checkpoints) database.close();
});
