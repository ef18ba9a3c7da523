import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { CheckpointThread } from '../../src/infrastructure/sqlite/checkpoint-thread.js';
import { openDatabase } from '../../src/infrastructure/sqlite/open-database.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** As it is built: a thread runs no TypeScript. */
const WORKER = resolve('dist/infrastructure/sqlite/checkpoint-worker.js');
const LAYOUT = { schema: 'create table t (b blob)', version: 1, synchronous: 'NORMAL' } as const;

describe('the thread that moves write-ahead logs', () => {
  let file: string;
  let database: DatabaseSyncInstance;

  beforeEach(() => {
    file = join(temporaryFolder(), 'file.sqlite');
    database = openDatabase(file, LAYOUT);
  });

  afterEach(() => {
    database.close();
  });

  const write = (pages: number): void => {
    const insert = database.prepare('insert into t values (zeroblob(4096))');
    for (let index = 0; index < pages; index += 1) insert.run();
  };

  it('moves what a writer has written into the file, while the writer does nothing', async () => {
    const thread = new CheckpointThread([file], WORKER);
    write(50);
    await eventually(() => statSync(file).size > 50 * 4_096);
    await thread.close();
  });

  it('is in nobody’s way once it is closed, and can be closed twice', async () => {
    const thread = new CheckpointThread([file], WORKER);
    write(5);
    await thread.close();
    expect({ ...database.prepare('pragma wal_checkpoint(truncate)').get() }).toMatchObject({ busy: 0 });
    expect(statSync(`${file}-wal`).size).toBe(0);
    await thread.close();
  });

  it('is not needed: where its file can’t be opened, writers go on and closing does not wait', async () => {
    const thread = new CheckpointThread([join(file, 'nowhere')], WORKER);
    write(5);
    await thread.close();
    expect({ ...database.prepare('select count(*) as count from t').get() }).toStrictEqual({ count: 5 });
  });

  it('is not there where nothing is built', async () => {
    const thread = new CheckpointThread([file], join(file, 'no-worker.js'));
    write(5);
    await thread.close();
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(5 * 4_096);
  });
});
