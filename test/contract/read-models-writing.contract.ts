import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectionStore } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import type { Row, Write } from '../../src/application/projections/projection.js';
import type { CurrentReadModels } from './read-models-samples.js';
import { advanceOf, allRows, apply, BOTH, liveOf, patch, put, row, headAt } from './read-models-samples.js';

export function writingContract(current: CurrentReadModels): void {
  describe('writes', () => {
    let store: ProjectionStore;
    let readModels: ReadModels;

    beforeEach(async () => {
      ({ store, readModels } = current());
      await store.prepare(BOTH, headAt(0));
      await apply(store, 'shelves', [put('shelves', 'cup')]);
    });

    it('puts a row in, and another in place of the whole row of the same key', async () => {
      await apply(store, 'shelves', [put('shelves', 'cup', { count: 3, secret: Uint8Array.of(1, 2) })]);
      expect(await allRows(readModels)).toStrictEqual([
        row('cup', { count: 3, secret: Uint8Array.of(1, 2) }),
      ]);
      await apply(store, 'shelves', [put('shelves', 'cup', { at: 5 })]);
      expect(await allRows(readModels)).toStrictEqual([row('cup', { at: 5 })]);
    });

    it('patches the columns that are named and leaves the others', async () => {
      await apply(store, 'shelves', [
        patch('cup', { set: { secret: Uint8Array.of(9) } }),
        patch('cup', { add: { count: 2 } }),
        patch('cup', { set: { members: '[]' }, add: { count: -5 } }),
      ]);
      expect(await allRows(readModels)).toStrictEqual([
        row('cup', { count: -3, members: '[]', secret: Uint8Array.of(9) }),
      ]);
    });

    it('sets a column once where the patch says so', async () => {
      await apply(
        store,
        'shelves',
        [patch('cup', { setOnce: { at: 7 } })],
        [patch('cup', { setOnce: { at: 8 } })],
      );
      expect(await allRows(readModels)).toStrictEqual([row('cup', { at: 7 })]);
    });

    it('adds members to a JSON object, whatever they are called, and changes none that is there', async () => {
      await apply(
        store,
        'shelves',
        [patch('cup', { addMembers: { members: { 'a"].b$': 1, c: 'x' } } })],
        [patch('cup', { addMembers: { members: { c: 'y', d: 2 } } })],
      );
      const [found] = await allRows(readModels);
      expect(JSON.parse(String(found?.['members']))).toStrictEqual({ 'a"].b$': 1, c: 'x', d: 2 });
    });

    it('amends all rows that match, null included, and doesn’t mind where none does', async () => {
      await apply(store, 'shelves', [put('shelves', 'jug', { at: 3 }), put('shelves', 'pot')]);
      const amend = (where: Row, set: Row): Write => ({ kind: 'amend', table: 'shelves', where, set });
      await apply(store, 'shelves', [
        amend({ owner: 'ann', at: null }, { count: 9 }),
        amend({ at: 7 }, { count: 1 }),
      ]);
      expect(await allRows(readModels)).toStrictEqual([
        row('cup', { count: 9 }),
        row('jug', { at: 3 }),
        row('pot', { count: 9 }),
      ]);
    });

    it('tallies from nothing, and on top of what is there', async () => {
      const tally = (item: string, add: Record<string, number>): Write => ({
        kind: 'tally',
        table: 'shelves',
        key: { owner: 'ben', item },
        add,
      });
      await apply(
        store,
        'shelves',
        [tally('mug', { count: 1 })],
        [tally('mug', { count: 4 }), tally('pan', { at: 2 })],
      );
      const found = await readModels.list('shelves', {
        table: 'shelves',
        where: { owner: 'ben' },
        orderBy: 'item',
      });
      expect(found.map(({ item, count, at }) => [item, count, at])).toStrictEqual([
        ['mug', 5, null],
        ['pan', null, 2],
      ]);
    });

    it('tallies once for each row that matches, under a key that is taken from it', async () => {
      await apply(store, 'shelves', [
        put('shelves', 'jug', { at: 3, members: 'x' }),
        put('shelves', 'pot', { at: 3, members: 'x' }),
      ]);
      const tally = (where: Row): Write => ({
        kind: 'tally',
        table: 'shelves',
        key: { owner: 'sum' },
        add: { count: 2 },
        forEach: { table: 'shelves', where, key: { item: 'members' } },
      });
      await apply(store, 'shelves', [tally({ at: 3 }), tally({ at: 99 }), tally({ owner: 'ann', at: null })]);
      const found = await readModels.list('shelves', {
        table: 'shelves',
        where: { owner: 'sum' },
        orderBy: 'item',
      });
      expect(found.map(({ item, count }) => [item, count])).toStrictEqual([
        ['x', 4],
        ['{}', 2],
      ]);
    });

    it.each<[string, Write]>([
      [
        'a tally without the whole key',
        { kind: 'tally', table: 'shelves', key: { owner: 'ann' }, add: { count: 1 } },
      ],
      [
        'a tally of a column that isn’t there',
        { kind: 'tally', table: 'shelves', key: { owner: 'ann', item: 'a' }, add: { nothing: 1 } },
      ],
      ['an amendment of every row', { kind: 'amend', table: 'shelves', where: {}, set: { count: 1 } }],
      ['an amendment of nothing', { kind: 'amend', table: 'shelves', where: { owner: 'ann' }, set: {} }],
    ])('refuses %s and changes nothing', async (_what, write) => {
      const outcome = await apply(store, 'shelves', [write]);
      expect(outcome).toMatchObject({ kind: 'refused', projection: 'shelves' });
      expect(await allRows(readModels)).toStrictEqual([row('cup')]);
    });

    it('deletes all rows that match, and doesn’t mind where none does', async () => {
      await apply(store, 'shelves', [
        put('shelves', 'dish', { at: 1 }),
        put('shelves', 'fork', { at: 1 }),
        { kind: 'delete', table: 'shelves', where: { owner: 'ann', at: 1 } },
        { kind: 'delete', table: 'shelves', where: { owner: 'ben' } },
      ]);
      expect(await allRows(readModels)).toStrictEqual([row('cup')]);
    });

    it('keeps values that read like SQL as the values they are', async () => {
      const item = `x"; DROP TABLE shelves; --'`;
      await apply(store, 'shelves', [put('shelves', item)]);
      expect(await readModels.find('shelves', { table: 'shelves', where: { item } })).toStrictEqual(
        row(item),
      );
    });

    it.each<[string, Write, string]>([
      ['a patch of a row that isn’t there', patch('dish', { set: { at: 1 } }), 'there is no row of this key'],
      [
        'a patch by a part of the key',
        { kind: 'patch', table: 'shelves', key: { owner: 'ann' }, set: { at: 1 } },
        'column item is missing',
      ],
      ['a patch that sets nothing', patch('cup', {}), 'it changes nothing'],
      ['a patch of a column that isn’t there', patch('cup', { set: { wide: 1 } }), 'no such column'],
      [
        'a patch of a column whose name is SQL',
        patch('cup', { set: { 'at" = 1, "count': 1 } }),
        'no such column',
      ],
      [
        'a row with a column missing',
        { kind: 'put', table: 'shelves', row: { owner: 'ann', item: 'dish' } },
        'column count is missing',
      ],
      ['a row with a column too many', put('shelves', 'dish', { wide: 1 }), 'a column too many'],
      ['a row of another table', put('boxes', 'dish'), 'no such table'],
      ['a deletion of every row', { kind: 'delete', table: 'shelves', where: {} }, 'would delete every row'],
      [
        'a deletion by a column that isn’t there',
        { kind: 'delete', table: 'shelves', where: { wide: 1 } },
        'no such column',
      ],
    ])('refuses %s, and leaves everything as it was', async (_, write, reason) => {
      const before = await liveOf(store);
      const outcome = await apply(
        store,
        'shelves',
        [put('shelves', 'ewer')],
        [write],
        [put('shelves', 'fork')],
      );
      expect(outcome).toMatchObject({
        kind: 'refused',
        projection: 'shelves',
        position: before.position + 2,
      });
      expect(outcome).toMatchObject({ reason: expect.stringContaining(reason) });
      expect(await allRows(readModels)).toStrictEqual([row('cup')]);
      expect(await liveOf(store)).toStrictEqual(before);
    });

    it('refuses a value of another type than the column’s, and doesn’t repeat it', async () => {
      const outcome = await apply(store, 'shelves', [put('shelves', 'dish', { at: 'ann@example.com' })]);
      expect(outcome).toMatchObject({ kind: 'refused', position: 2 });
      expect(JSON.stringify(outcome)).not.toContain('ann@example.com');
      expect(await allRows(readModels)).toStrictEqual([row('cup')]);
    });
  });

  describe('an advance', () => {
    let store: ProjectionStore;
    let readModels: ReadModels;

    beforeEach(async () => {
      ({ store, readModels } = current());
      await store.prepare(BOTH, headAt(0));
    });

    it('takes several projections on together, each from where it is', async () => {
      await apply(store, 'boxes', [put('boxes', 'red')]);
      const advances = [
        advanceOf(await liveOf(store, 'shelves'), [put('shelves', 'cup')], [put('shelves', 'dish')]),
        advanceOf(await liveOf(store, 'boxes'), [put('boxes', 'blue')]),
      ];
      expect(await store.advance(advances)).toStrictEqual({ kind: 'applied' });
      expect(await allRows(readModels, 'shelves')).toStrictEqual([row('cup'), row('dish')]);
      expect(await allRows(readModels, 'boxes')).toStrictEqual([row('blue'), row('red')]);
      expect(await readModels.position('shelves')).toBe(2);
      expect(await readModels.position('boxes')).toBe(2);
    });

    it('moves the position where an event asks for no write', async () => {
      expect(await apply(store, 'shelves', [], [], [])).toStrictEqual({ kind: 'applied' });
      expect(await readModels.position('shelves')).toBe(3);
    });

    it('applies nothing to any projection where one write of one is refused', async () => {
      const advances = [
        advanceOf(await liveOf(store, 'shelves'), [put('shelves', 'cup')]),
        advanceOf(await liveOf(store, 'boxes'), [put('shelves', 'cup')]),
      ];
      expect(await store.advance(advances)).toMatchObject({
        kind: 'refused',
        projection: 'boxes',
        position: 1,
      });
      expect(await allRows(readModels, 'shelves')).toStrictEqual([]);
      expect(await readModels.position('shelves')).toBe(0);
    });

    it('is not applied twice', async () => {
      const advances = [
        advanceOf(
          await liveOf(store, 'shelves'),
          [put('shelves', 'cup')],
          [patch('cup', { add: { count: 1 } })],
        ),
        advanceOf(await liveOf(store, 'boxes'), [], []),
      ];
      await store.advance([...advances].slice(0, 1));
      expect(await store.advance(advances)).toStrictEqual({ kind: 'moved', projections: ['shelves'] });
      expect(await allRows(readModels)).toStrictEqual([row('cup', { count: 1 })]);
      expect(await readModels.position('boxes')).toBe(0);
    });
  });
}
