import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/infrastructure/sqlite/open-database.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const layout = {
  schema: 'create table things (id integer) strict',
  version: 2,
  synchronous: 'FULL',
} as const;

describe('openDatabase', () => {
  it.each([
    ['FULL', 2],
    ['NORMAL', 1],
  ] as const)('opens a file in write-ahead logging at synchronous=%s', (synchronous, level) => {
    const database = openDatabase(join(temporaryFolder(), 'a.sqlite'), { ...layout, synchronous });
    expect({ ...database.prepare('pragma journal_mode').get() }).toStrictEqual({ journal_mode: 'wal' });
    expect({ ...database.prepare('pragma synchronous').get() }).toStrictEqual({ synchronous: level });
    database.close();
  });

  it('makes the tables once and finds them again', () => {
    const file = join(temporaryFolder(), 'a.sqlite');
    const first = openDatabase(file, layout);
    first.exec('insert into things values (1)');
    first.close();
    const second = openDatabase(file, layout);
    expect(
      second
        .prepare('select id from things')
        .all()
        .map((row: object) => ({ ...row })),
    ).toStrictEqual([{ id: 1 }]);
    second.close();
  });

  it.each([1, 3])('refuses a file of layout version %d', (version) => {
    const file = join(temporaryFolder(), 'a.sqlite');
    openDatabase(file, { ...layout, version }).close();
    expect(() => openDatabase(file, layout)).toThrow(
      `${file} has layout version ${version}; this release reads 2`,
    );
  });

  it('refuses what can’t be write-ahead logged', () => {
    expect(() => openDatabase(':memory:', layout)).toThrow("can't be write-ahead logged");
  });
});
