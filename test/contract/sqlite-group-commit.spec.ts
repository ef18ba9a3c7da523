import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GroupCommit } from '../../src/infrastructure/sqlite/group-commit.js';
import { openDatabase } from '../../src/infrastructure/sqlite/open-database.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCHEMA = `
  create table parents (id integer primary key) strict;
  create table children (parent integer not null references parents deferrable initially deferred) strict
`;

describe('GroupCommit', () => {
  let file: string;
  let database: DatabaseSyncInstance;
  let group: GroupCommit;
  let outcomes: string[];

  beforeEach(() => {
    file = join(temporaryFolder(), 'group.sqlite');
    database = openDatabase(file, { schema: SCHEMA, version: 1, synchronous: 'FULL' });
    database.exec('pragma foreign_keys = on; pragma busy_timeout = 0');
    outcomes = [];
    group = new GroupCommit(database, (outcome) => outcomes.push(outcome));
  });

  afterEach(() => {
    group.close();
    if (database.isOpen) database.close();
  });

  const addParent = (id: number) =>
    group.run(() => database.prepare('insert into parents values (?)').run(id));
  const addOrphan = () => group.run(() => database.prepare('insert into children values (404)').run());

  function parentsSeenByOthers(): number[] {
    const other = new DatabaseSync(file, { readOnly: true });
    const rows = other.prepare('select id from parents order by id').all() as { id: number }[];
    other.close();
    return rows.map(({ id }) => id);
  }

  it('commits all work of one turn together, before it answers any', async () => {
    const seen = await Promise.all([
      group.run(() => {
        database.exec('insert into parents values (1)');
        return parentsSeenByOthers();
      }),
      addParent(2).then(parentsSeenByOthers),
      addParent(3).then(parentsSeenByOthers),
    ]);
    expect(seen).toStrictEqual([[], [1, 2, 3], [1, 2, 3]]);
    expect(outcomes).toStrictEqual(['committed']);
  });

  it('waits while each turn brings more', async () => {
    const added: Promise<unknown>[] = [];
    for (const id of [1, 2, 3, 4]) {
      added.push(addParent(id));
      await nextTurn();
    }
    await Promise.all(added);
    expect(parentsSeenByOthers()).toStrictEqual([1, 2, 3, 4]);
    expect(outcomes).toStrictEqual(['committed']);
  });

  it('waits no longer once a turn has brought nothing', async () => {
    const first = addParent(1);
    await nextTurn();
    await nextTurn();
    expect(outcomes).toStrictEqual(['committed']);
    await Promise.all([first, addParent(2)]);
    expect(outcomes).toStrictEqual(['committed', 'committed']);
  });

  it('lets nobody wait for more than eight turns', async () => {
    const added: Promise<unknown>[] = [];
    for (let id = 1; id <= 8; id++) {
      expect(outcomes).toStrictEqual([]);
      added.push(addParent(id));
      await nextTurn();
    }
    expect(outcomes).toStrictEqual(['committed']);
    expect(parentsSeenByOthers()).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await Promise.all(added);
  });

  it('undoes work that threw halfway and leaves its neighbours unharmed', async () => {
    const settled = await Promise.allSettled([
      addParent(1),
      group.run(() => {
        database.exec('insert into parents values (2)');
        throw new Error('halfway');
      }),
      addParent(3),
    ]);
    expect(settled.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toStrictEqual({ status: 'rejected', reason: new Error('halfway') });
    expect(parentsSeenByOthers()).toStrictEqual([1, 3]);
    expect(outcomes).toStrictEqual(['rolled-back', 'committed', 'rolled-back', 'committed']);
  });

  it('answers nobody with success where the commit itself failed, and goes on afterwards', async () => {
    const settled = await Promise.allSettled([addParent(1), addOrphan()]);
    expect(settled.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
    expect(parentsSeenByOthers()).toStrictEqual([]);
    expect(outcomes).toStrictEqual(['rolled-back']);
    await addParent(2);
    expect(parentsSeenByOthers()).toStrictEqual([2]);
  });

  it('refuses the whole turn while somebody else writes, and goes on afterwards', async () => {
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    await expect(addParent(1)).rejects.toThrow('database is locked');
    other.close();
    await addParent(2);
    expect(parentsSeenByOthers()).toStrictEqual([2]);
  });

  it('commits what is queued when it closes, and takes nothing more', async () => {
    const queued = addParent(1);
    group.close();
    await queued;
    await expect(addParent(2)).rejects.toThrow('the store is closed');
    expect(parentsSeenByOthers()).toStrictEqual([1]);
  });
});
