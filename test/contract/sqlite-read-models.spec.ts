import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { ProjectionProgress } from '../../src/application/projections/projection-progress.js';
import type { Projection } from '../../src/application/projections/projection.js';
import { ReadModelsConnection } from '../../src/infrastructure/read-models/sqlite/connection.js';
import { SqliteProjectionStore } from '../../src/infrastructure/read-models/sqlite/sqlite-projection-store.js';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readModelsContract } from './read-models.contract.js';
import type { OpenReadModels, ReadModelsOfProcess } from './read-models-samples.js';
import { advanceOf, allRows, apply, BOTH, put, row, SHELVES, headAt } from './read-models-samples.js';

function openIn(file: string): OpenReadModels {
  const connections: ReadModelsConnection[] = [];
  const another = (projections: readonly Projection[] = BOTH): ReadModelsOfProcess => {
    const connection = new ReadModelsConnection(file);
    connections.push(connection);
    const progress = new ProjectionProgress();
    const readModels = new SqliteReadModels(connection, projections, progress);
    return { store: new SqliteProjectionStore(connection), readModels, progress };
  };
  const close = () => {
    for (const connection of connections.splice(0)) connection.close();
  };
  return { ...another(), another, close };
}

const newFile = () => join(temporaryFolder(), 'read-models.sqlite');

readModelsContract('the read models in SQLite', () => Promise.resolve(openIn(newFile())));

describe('the file of the read models', () => {
  const tablesIn = (file: string) => {
    const database = new DatabaseSync(file);
    const rows = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'shelves%' ORDER BY name`)
      .all() as { name: string }[];
    database.close();
    return rows.map(({ name }) => name);
  };

  it('holds nothing of a generation that a crash left half built after the next start has swept', async () => {
    const file = newFile();
    const crashed = openIn(file);
    await crashed.store.prepare(BOTH, headAt(0));
    await apply(crashed.store, 'shelves', [put('shelves', 'cup')]);
    const building = await crashed.store.build(SHELVES, 'beside-other-work');
    const rows = Array.from({ length: 2_500 }, (_, index) => put('shelves', `item-${index}`));
    await building.advance(advanceOf(building.generation, rows));
    await crashed.close();
    expect(tablesIn(file)).toStrictEqual(['shelves@1', 'shelves@3']);

    const restarted = openIn(file);
    await restarted.store.prepare(BOTH, headAt(1));
    await restarted.store.sweep();
    expect(await allRows(restarted.readModels)).toStrictEqual([row('cup')]);
    await restarted.close();
    expect(tablesIn(file)).toStrictEqual(['shelves@1']);
  });

  it('holds the rows of the live generation only, once the one before was swept', async () => {
    const file = newFile();
    const { close, store } = openIn(file);
    await store.prepare(BOTH, headAt(0));
    const building = await store.build(SHELVES, 'beside-other-work');
    await building.swap(() => Promise.reject(new Error('nothing is missing')));
    await building.close();
    await store.sweep();
    await close();
    expect(tablesIn(file)).toStrictEqual(['shelves@3']);
  });

  it('has the same indexes whether they were kept with every row or made at the end', async () => {
    const file = newFile();
    const { close, store } = openIn(file);
    const indexesOf = new Map<string, unknown[]>();
    for (const pace of ['beside-other-work', 'alone'] as const) {
      const building = await store.build(SHELVES, pace);
      await building.advance(advanceOf(building.generation, [put('shelves', 'vase')]));
      await building.finishLoading();
      const database = new DatabaseSync(file);
      const table = `shelves@${building.generation.number}`;
      const indexes = database
        .prepare(`SELECT info.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info`)
        .all(table);
      database.close();
      indexesOf.set(
        pace,
        indexes.map((index) => ({ ...(index as object) })),
      );
      await building.close();
    }
    await close();
    expect(indexesOf.get('alone')).toStrictEqual([{ name: 'at' }, { name: 'owner' }, { name: 'item' }]);
    expect(indexesOf.get('beside-other-work')).toStrictEqual(indexesOf.get('alone'));
  });

  it('gets no index of a rebuild that was replaced before it ended', async () => {
    const { close, store } = openIn(newFile());
    const replaced = await store.build(SHELVES, 'alone');
    const replacing = await store.build(SHELVES, 'alone');
    await store.sweep();
    await replaced.finishLoading();
    await replaced.close();
    await replacing.finishLoading();
    await replacing.close();
    await close();
  });

  it('of another layout is refused', () => {
    const file = newFile();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => new ReadModelsConnection(file)).toThrow('layout version 99');
  });

  it('is waited for between turns while another process is writing', async () => {
    const file = newFile();
    const { close, store } = openIn(file);
    await store.prepare(BOTH, headAt(0));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const applied = apply(store, 'shelves', [put('shelves', 'cup')]);
    const turnsGoOn = new Promise((resolve) => setImmediate(resolve));
    await turnsGoOn;
    other.exec('COMMIT');
    other.close();
    expect(await applied).toStrictEqual({ kind: 'applied' });
    await close();
  });

  it.each(['Shelves', 'shelves"', 'she lves', 'a@1', '', '1a'])(
    'takes no table of the name %p',
    async (name) => {
      const { close, store } = openIn(newFile());
      const misnamed = { ...SHELVES, tables: SHELVES.tables.map((table) => ({ ...table, name })) };
      await expect(store.prepare([misnamed], headAt(0))).rejects.toThrow('characters that are not allowed');
      expect(await store.live('shelves')).toBeUndefined();
      await close();
    },
  );
});
