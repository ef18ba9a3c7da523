import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ProjectionStore } from '../../src/application/ports/projection-store.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import type { Projection, Row, Value, Write } from '../../src/application/projections/projection.js';
import type { CurrentReadModels } from './read-models-samples.js';
import { apply, BOTH, liveOf, row, headAt } from './read-models-samples.js';

/** Each with a second table of the same columns, to which rows of the first lead. */
const PAIR: readonly Projection[] = BOTH.map((projection) => ({
  ...projection,
  tables: projection.tables.flatMap((table) => [table, { ...table, name: `${table.name}-too`, indexes: [] }]),
}));

/** A write of rows of one owner, before it is known which projection it is for. */
type Draft = (table: string, owner: string) => Write;

const place = fc.constantFrom('', '-too');

const item = fc.constantFrom('cup', 'dish', 'jug');
const small = fc.integer({ min: -2, max: 3 });
/** Now and then what the column doesn't hold: such a write is refused. */
const at: fc.Arbitrary<Value> = fc.oneof(
  { weight: 12, arbitrary: fc.option<Value>(small) },
  { weight: 1, arbitrary: fc.constant<Value>('no number') },
);
const set: fc.Arbitrary<Row> = fc.oneof(
  at.map((value) => ({ at: value })),
  small.map((count) => ({ count })),
  fc.tuple(at, small).map(([value, count]) => ({ count, at: value })),
);

const draft: fc.Arbitrary<Draft> = fc.oneof(
  fc.tuple(place, item, at, small).map(([too, name, value, count]): Draft => (table, owner) => ({
    kind: 'put',
    table: table + too,
    row: { ...row(name, { at: value, count }), owner },
  })),
  fc.tuple(place, item, set).map(([too, name, changed]): Draft => (table, owner) => ({
    kind: 'patch',
    table: table + too,
    key: { owner, item: name },
    set: changed,
  })),
  fc.tuple(place, item, small).map(([too, name, count]): Draft => (table, owner) => ({
    kind: 'patch',
    table: table + too,
    key: { owner, item: name },
    setOnce: { at: 7 },
    add: { count },
  })),
  fc.tuple(place, item, small).map(([too, name, count]): Draft => (table, owner) => ({
    kind: 'tally',
    table: table + too,
    key: { owner, item: name },
    add: { count },
  })),
  fc.tuple(place, small, small).map(([too, count, added]): Draft => (table, owner) => ({
    kind: 'tally',
    table: table + too,
    key: { owner },
    add: { count: added },
    forEach: { table, where: { owner, count }, key: { item: 'item' } },
  })),
  fc.tuple(place, small, set).map(([too, count, changed]): Draft => (table, owner) => ({
    kind: 'amend',
    table: table + too,
    where: { owner, count },
    set: changed,
  })),
  fc.tuple(place, item, small).map(([too, name, count]): Draft => (table, owner) => ({
    kind: 'delete',
    table: table + too,
    where: { owner, item: name, count },
  })),
);

/** Most rows are there, so that most patches find one. */
const events = fc
  .array(fc.array(draft, { maxLength: 3 }), { minLength: 1, maxLength: 24 })
  .map((happened): readonly (readonly Draft[])[] => [
    ['', '-too'].flatMap((too) =>
      ['cup', 'dish', 'jug'].map((name): Draft => (table, owner) => ({
        kind: 'put',
        table: table + too,
        row: { ...row(name), owner },
      })),
    ),
    ...happened,
  ]);

export function foldingContract(current: CurrentReadModels): void {
  describe('events that are applied together', () => {
    let store: ProjectionStore;
    let readModels: ReadModels;

    beforeEach(async () => {
      ({ store, readModels } = current().another(PAIR));
      await store.prepare(PAIR, headAt(0));
    });

    const rowsOf = async (projection: string, owner: string): Promise<readonly Row[]> => {
      const of = (table: string) => readModels.list(projection, { table, where: { owner }, orderBy: 'item' });
      return [...(await of(projection)), ...(await of(`${projection}-too`))];
    };

    it('come to the rows, or are refused at the event, that each by itself comes to', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(events, async (happened) => {
          run += 1;
          const owner = `owner-${run}`;
          const before = (await liveOf(store, 'shelves')).position;
          const together = await apply(
            store,
            'shelves',
            ...happened.map((drafts) => drafts.map((each) => each('shelves', owner))),
          );
          let refusedAt: number | undefined;
          for (const [index, drafts] of happened.entries()) {
            const alone = await apply(
              store,
              'boxes',
              drafts.map((each) => each('boxes', owner)),
            );
            if (alone.kind === 'applied') continue;
            refusedAt = index;
            break;
          }
          if (refusedAt === undefined) {
            expect(together).toStrictEqual({ kind: 'applied' });
            expect(await rowsOf('shelves', owner)).toStrictEqual(await rowsOf('boxes', owner));
          } else {
            expect(together).toMatchObject({ kind: 'refused', position: before + 1 + refusedAt });
            expect(await rowsOf('shelves', owner)).toStrictEqual([]);
          }
        }),
        { numRuns: 300 },
      );
      // Tens of thousands of statements, each a round trip where the database is a server.
    }, 120_000);

    it('are refused for a value that its column doesn’t hold, though the next event sets another', async () => {
      const patch = (at: Value): Write[] => [
        { kind: 'patch', table: 'shelves', key: { owner: 'ann', item: 'cup' }, set: { at } },
      ];
      const cup: Write[] = [{ kind: 'put', table: 'shelves', row: row('cup') }];
      expect(await apply(store, 'shelves', cup, patch('no number'), patch(3))).toMatchObject({
        kind: 'refused',
        position: 2,
      });
      expect(await apply(store, 'shelves', cup, patch(2), patch(3))).toStrictEqual({ kind: 'applied' });
      expect(await rowsOf('shelves', 'ann')).toStrictEqual([row('cup', { at: 3 })]);
    });
  });
}
