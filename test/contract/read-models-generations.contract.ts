import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProjectionStore } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import type { Projection } from '../../src/application/projections/projection.js';
import type { CurrentReadModels } from './read-models-samples.js';
import {
  advanceOf,
  allRows,
  apply,
  BOTH,
  liveOf,
  patch,
  put,
  row,
  SHELVES,
  headAt,
} from './read-models-samples.js';

const NOTHING_MISSING = () => Promise.reject(new Error('nothing should be missing'));

export function generationsContract(current: CurrentReadModels): void {
  describe('preparing', () => {
    it('begins a projection that was never seen at the beginning', async () => {
      const { readModels, store } = current();
      const [shelves, boxes] = await store.prepare(BOTH, headAt(9));
      expect(shelves).toMatchObject({ projection: 'shelves', version: 1, position: 0 });
      expect(boxes).toMatchObject({ projection: 'boxes', version: 1, position: 0 });
      expect(await allRows(readModels)).toStrictEqual([]);
    });

    it('finds again what was there', async () => {
      const { another, store } = current();
      await store.prepare(BOTH, headAt(0));
      await apply(store, 'shelves', [put('shelves', 'cup')]);
      const other = another();
      expect(await other.store.prepare(BOTH, headAt(1))).toStrictEqual([
        await liveOf(store, 'shelves'),
        await liveOf(store, 'boxes'),
      ]);
      expect(await allRows(other.readModels)).toStrictEqual([row('cup')]);
    });

    it('begins anew where the rows are ahead of the events, as after a restored backup', async () => {
      const { readModels, store } = current();
      await store.prepare(BOTH, headAt(0));
      await apply(store, 'shelves', [put('shelves', 'cup')], [put('shelves', 'dish')]);
      const [shelves] = await store.prepare(BOTH, headAt(1));
      expect(shelves).toMatchObject({ position: 0 });
      expect(await allRows(readModels)).toStrictEqual([]);
    });
  });

  describe('a new generation', () => {
    let store: ProjectionStore;
    let readModels: ReadModels;

    beforeEach(async () => {
      ({ store, readModels } = current());
      await store.prepare(BOTH, headAt(0));
      await apply(store, 'shelves', [put('shelves', 'cup')], [put('shelves', 'dish')]);
    });

    it('is not seen before the swap, and all that is seen after it', async () => {
      const building = await store.build(SHELVES, 'beside-other-work');
      await building.advance(advanceOf(building.generation, [put('shelves', 'vase')], []));
      expect(await allRows(readModels)).toStrictEqual([row('cup'), row('dish')]);
      expect(await readModels.position('shelves')).toBe(2);

      const outcome = await building.swap(NOTHING_MISSING);
      await building.close();

      expect(outcome).toStrictEqual({ kind: 'swapped', generation: await liveOf(store) });
      expect(await allRows(readModels)).toStrictEqual([row('vase')]);
      expect(await liveOf(store)).toStrictEqual({ ...building.generation, position: 2 });
    });

    it('is brought to where the live one is before it takes its place', async () => {
      const building = await store.build(SHELVES, 'beside-other-work');
      await building.advance(advanceOf(building.generation, [put('shelves', 'vase')]));
      const asked: unknown[] = [];
      await building.swap((from, to) => {
        asked.push([from, to]);
        const here = { ...building.generation, position: from };
        return Promise.resolve(advanceOf(here, [patch('vase', { add: { count: 1 } })]));
      });
      await building.close();
      expect(asked).toStrictEqual([[1, 2]]);
      expect(await allRows(readModels)).toStrictEqual([row('vase', { count: 1 })]);
      expect(await readModels.position('shelves')).toBe(2);
    });

    it('is noticed by whoever was feeding the one before, in this process or another', async () => {
      const feeders = [store, current().another().store];
      const before = await liveOf(store);
      await feeders[1]?.prepare(BOTH, headAt(2));
      const building = await store.build(SHELVES, 'beside-other-work');
      await building.advance(advanceOf(building.generation, [], []));
      await building.swap(NOTHING_MISSING);
      await building.close();
      for (const feeder of feeders) {
        const outcome = await feeder.advance([advanceOf(before, [put('shelves', 'ewer')])]);
        expect(outcome).toStrictEqual({ kind: 'moved', projections: ['shelves'] });
      }
      expect(await allRows(readModels)).toStrictEqual([]);
      expect(await apply(store, 'shelves', [put('shelves', 'ewer')])).toStrictEqual({ kind: 'applied' });
      expect(await allRows(readModels)).toStrictEqual([row('ewer')]);
    });

    it('leaves the live one as it is where the swap doesn’t come about', async () => {
      const failing = await store.build(SHELVES, 'beside-other-work');
      await expect(failing.swap(() => Promise.reject(new Error('the events can’t be read')))).rejects.toThrow(
        'the events can’t be read',
      );
      await failing.close();
      const refused = await store.build(SHELVES, 'beside-other-work');
      const outcome = await refused.swap((from) =>
        Promise.resolve(
          advanceOf({ ...refused.generation, position: from }, [patch('lid', { set: { at: 1 } })], []),
        ),
      );
      await refused.close();
      expect(outcome).toMatchObject({ kind: 'refused', position: 1 });
      expect(await allRows(readModels)).toStrictEqual([row('cup'), row('dish')]);
      expect(await apply(store, 'shelves', [put('shelves', 'ewer')])).toStrictEqual({ kind: 'applied' });
    });

    it('gives way to one that is begun later', async () => {
      const first = await store.build(SHELVES, 'beside-other-work');
      const second = await current().another().store.build(SHELVES, 'beside-other-work');
      expect(await first.advance(advanceOf(first.generation, []))).toStrictEqual({
        kind: 'moved',
        projections: ['shelves'],
      });
      expect(await first.swap(NOTHING_MISSING)).toStrictEqual({ kind: 'moved', projections: ['shelves'] });
      await first.close();
      expect(await second.advance(advanceOf(second.generation, [], []))).toStrictEqual({ kind: 'applied' });
      expect(await second.swap(NOTHING_MISSING)).toMatchObject({ kind: 'swapped' });
      await second.close();
    });

    it('gives way to a start of the service', async () => {
      const building = await store.build(SHELVES, 'beside-other-work');
      await current().another().store.prepare(BOTH, headAt(2));
      expect(await building.advance(advanceOf(building.generation, []))).toMatchObject({ kind: 'moved' });
      await building.close();
      expect(await allRows(readModels)).toStrictEqual([row('cup'), row('dish')]);
    });

    it('may have other columns, which are shown from the swap on', async () => {
      const wider: Projection = {
        ...SHELVES,
        version: 2,
        tables: SHELVES.tables.map((table) => ({
          ...table,
          columns: { ...table.columns, width: 'integer' },
        })),
      };
      const building = await store.build(wider, 'beside-other-work');
      await building.advance(advanceOf(building.generation, [put('shelves', 'vase', { width: 4 })], []));
      await building.swap(NOTHING_MISSING);
      await building.close();
      const release = current().another([wider]).readModels;
      expect(await allRows(release)).toStrictEqual([row('vase', { width: 4 })]);
    });

    it('is waited for by a release whose columns the live one doesn’t have', async () => {
      const wider: Projection = {
        ...SHELVES,
        version: 2,
        tables: SHELVES.tables.map((table) => ({
          ...table,
          columns: { ...table.columns, width: 'integer' },
        })),
      };
      const release = current().another([wider]).readModels;
      await expect(allRows(release)).rejects.toThrow(
        'the rows of shelves are of another version: it is being rebuilt',
      );
    });

    it('can be swept away after it was retired, as often as one likes', async () => {
      const building = await store.build(SHELVES, 'beside-other-work');
      await building.advance(advanceOf(building.generation, [put('shelves', 'vase')], []));
      await building.swap(NOTHING_MISSING);
      await building.close();
      await Promise.all([store.sweep(), current().another().store.sweep()]);
      await store.sweep();
      expect(await allRows(readModels)).toStrictEqual([row('vase')]);
      expect(await apply(store, 'shelves', [patch('vase', { set: { at: 1 } })])).toStrictEqual({
        kind: 'applied',
      });
    });
  });
}
