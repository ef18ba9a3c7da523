import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

export class FolderInUse extends Error {
  constructor(readonly folder: string) {
    super(`the data folder ${folder} is in use by another process`);
    this.name = 'FolderInUse';
  }
}

export interface FolderLock {
  release(): void;
}

/** Keeps locks reachable: one that was collected as garbage would be released with it. */
const held = new Set<FolderLock>();

/**
 * Makes this process the only owner of a data folder, which is made if there is none. The lock is the kernel's, taken
 * through an open exclusive transaction: however the process ends, it ends with it and leaves nothing to clean up.
 * @throws FolderInUse where another owner, of this process or another, holds it
 */
export function acquireFolderLock(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (failure) {
    database.close();
    throw isBusy(failure) ? new FolderInUse(folder) : failure;
  }
  const lock = {
    release: () => {
      if (held.delete(lock)) database.close();
    },
  };
  held.add(lock);
  return lock;
}

const SQLITE_BUSY = 5;

const isBusy = (failure: unknown): boolean =>
  typeof failure === 'object' && failure !== null && 'errcode' in failure && failure.errcode === SQLITE_BUSY;
