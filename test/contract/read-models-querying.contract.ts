import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectionStore } from '../../src/application/ports/projection-store.js';
import type { ReadModels, RowQuery, SumQuery } from '../../src/application/ports/read-models.js';
import type { CurrentReadModels } from './read-models-samples.js';
import { apply, BOTH, put, row, headAt } from './read-models-samples.js';

export function queryingContract(current: CurrentReadModels): void {
  describe('a query', () => {
    let store: ProjectionStore;
    let readModels: ReadModels;

    beforeEach(async () => {
      ({ store, readModels } = current());
      await store.prepare(BOTH, headAt(0));
      await apply(store, 'shelves', [
        put('shelves', 'cup', { at: 30 }),
        put('shelves', 'dish', { at: 10 }),
        put('shelves', 'fork', { at: 20 }),
        put('shelves', 'cup', { owner: 'ben' }),
      ]);
    });

    const items = async (query: Partial<RowQuery>) => {
      const rows = await readModels.list('shelves', { table: 'shelves', where: { owner: 'ann' }, ...query });
      return rows.map(({ item }) => item);
    };

    it('finds one row, or none', async () => {
      const where = { owner: 'ann', item: 'dish' };
      expect(await readModels.find('shelves', { table: 'shelves', where })).toStrictEqual(
        row('dish', { at: 10 }),
      );
      const elsewhere = { owner: 'ben', item: 'dish' };
      expect(await readModels.find('shelves', { table: 'shelves', where: elsewhere })).toBeUndefined();
    });

    it('lists what matches in the order asked for', async () => {
      expect(await items({ orderBy: 'at' })).toStrictEqual(['dish', 'fork', 'cup']);
      expect(await items({ orderBy: 'at', descending: true })).toStrictEqual(['cup', 'fork', 'dish']);
    });

    it('matches what is empty where null is asked for', async () => {
      expect(await items({ where: { at: null } })).toStrictEqual(['cup']);
      expect(await items({ where: { owner: 'ann', at: null } })).toStrictEqual([]);
    });

    it('goes on after where the last page ended, in either direction', async () => {
      expect(await items({ orderBy: 'at', limit: 2 })).toStrictEqual(['dish', 'fork']);
      expect(await items({ orderBy: 'at', limit: 2, after: 20 })).toStrictEqual(['cup']);
      expect(await items({ orderBy: 'at', descending: true, after: 30 })).toStrictEqual(['fork', 'dish']);
    });

    it('goes on in an order of several columns, one after the other', async () => {
      await apply(store, 'shelves', [put('shelves', 'bowl', { at: 20 })]);
      const orderBy = ['at', 'item'];
      expect(await items({ orderBy, limit: 2 })).toStrictEqual(['dish', 'bowl']);
      expect(await items({ orderBy, after: [20, 'bowl'] })).toStrictEqual(['fork', 'cup']);
      expect(await items({ orderBy, descending: true, after: [20, 'fork'] })).toStrictEqual(['bowl', 'dish']);
    });

    it('lists what is within every range: from its beginning, and before its end', async () => {
      expect(await items({ ranges: [{ column: 'at', from: 10, before: 30 }], orderBy: 'at' })).toStrictEqual([
        'dish',
        'fork',
      ]);
      const both = [
        { column: 'at', from: 20 },
        { column: 'count', before: 0 },
      ];
      expect(await items({ ranges: both })).toStrictEqual([]);
    });

    it('sums columns over rows that share the values of others', async () => {
      await apply(store, 'shelves', [
        put('shelves', 'pan', { at: 5, count: 7 }),
        put('shelves', 'jug', { owner: 'ben', at: 6, count: 1 }),
      ]);
      const sums = (query: Partial<SumQuery>) =>
        readModels.sums('shelves', {
          table: 'shelves',
          where: {},
          by: ['owner'],
          sum: ['count', 'at'],
          ...query,
        });
      expect((await sums({})).map((sum) => ({ ...sum }))).toStrictEqual([
        { owner: 'ann', count: 7, at: 65 },
        { owner: 'ben', count: 1, at: 6 },
      ]);
      expect(await sums({ ranges: [{ column: 'at', before: 6 }] })).toMatchObject([
        { owner: 'ann', count: 7, at: 5 },
      ]);
      expect(await sums({ by: [], where: { owner: 'cho' } })).toMatchObject([{ count: 0, at: 0 }]);
      await expect(sums({ by: ['wide'] })).rejects.toThrow('no such column');
    });

    it.each<[string, Partial<RowQuery>, string]>([
      [
        'has a range over a column that isn’t there',
        { ranges: [{ column: 'at" OR 1', from: 1 }] },
        'no such column',
      ],
      ['goes on after part of a place', { orderBy: ['at', 'item'], after: [20] }, 'only in an order'],
      ['matches a column that isn’t there', { where: { wide: 1 } }, 'no such column'],
      ['matches a column whose name is SQL', { where: { '1=1 OR "item"': 'x' } }, 'no such column'],
      ['is ordered by SQL', { orderBy: 'at"; DROP TABLE shelves; --' }, 'no such column'],
      ['is ordered by what every object has', { orderBy: 'constructor' }, 'no such column'],
      ['pages without an order', { after: 1 }, 'only in an order'],
      ['has no positive limit', { limit: 0 }, 'positive whole number'],
      ['has a limit that is no number', { limit: Number.NaN }, 'positive whole number'],
      ['reads another projection’s table', { table: 'boxes' }, 'no such table'],
      ['reads what isn’t shown', { table: 'sqlite_master' }, 'no such table'],
    ])('is refused where it %s', async (_, query, reason) => {
      await expect(items(query)).rejects.toThrow(reason);
      expect(await items({})).toHaveLength(3);
    });

    it('is refused for a projection that isn’t there', async () => {
      await expect(readModels.list('walls', { table: 'walls', where: {} })).rejects.toThrow(
        'no projection walls',
      );
      await expect(readModels.position('walls')).rejects.toThrow('no projection walls');
    });
  });

  describe('waiting for a position', () => {
    let opened: ReturnType<CurrentReadModels>;

    beforeEach(async () => {
      opened = current();
      await opened.store.prepare(BOTH, headAt(0));
      await apply(opened.store, 'shelves', [], []);
    });

    it('is over at once where the projection is there or further', async () => {
      expect(await opened.readModels.reached('shelves', 1, 0)).toBe(true);
      expect(await opened.readModels.reached('shelves', 2, 0)).toBe(true);
    });

    it('is over when the projection gets there', async () => {
      const reached = Promise.all([
        opened.readModels.reached('shelves', 3, 20_000),
        opened.readModels.reached('shelves', 4, 20_000),
      ]);
      await apply(opened.store, 'shelves', []);
      opened.progress.advanced('shelves', 3);
      await apply(opened.store, 'shelves', []);
      opened.progress.advanced('shelves', 4);
      expect(await reached).toStrictEqual([true, true]);
    });

    it('ends without it after the time allowed', async () => {
      expect(await opened.readModels.reached('shelves', 3, 0)).toBe(false);
      expect(await opened.readModels.reached('shelves', 3, 20)).toBe(false);
    });

    it('doesn’t take another projection’s progress for its own', async () => {
      const reached = opened.readModels.reached('shelves', 3, 20);
      await apply(opened.store, 'boxes', [], [], []);
      opened.progress.advanced('boxes', 3);
      expect(await reached).toBe(false);
    });

    it('believes the rows, not the word', async () => {
      const reached = opened.readModels.reached('shelves', 3, 200);
      opened.progress.advanced('shelves', 3);
      expect(await reached).toBe(false);
    });

    it('sees at the end what another process has applied', async () => {
      const { store } = opened.another();
      await store.prepare(BOTH, headAt(2));
      const reached = opened.readModels.reached('shelves', 3, 2_000);
      await apply(store, 'shelves', []);
      expect(await reached).toBe(true);
    });
  });
}
