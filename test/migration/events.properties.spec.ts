import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventToAppend } from '../../src/application/ports/event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/event-store/postgres/postgres-event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { exportEvents } from '../../src/infrastructure/migration/export-events.js';
import type { ImportTarget } from '../../src/infrastructure/migration/import-events.js';
import { importEvents, StoreInUse } from '../../src/infrastructure/migration/import-events.js';
import { freshPostgres } from '../support/postgres-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const STREAMS = [
  'account-mpchat.a',
  'account-mpchat.b',
  'account-moomoo.a',
  'credential-x.y',
  'audit-mpchat.reads',
  'ü.ä',
];

const event: fc.Arbitrary<EventToAppend> = fc.record({
  eventId: fc.uuid(),
  type: fc.constantFrom('PasskeyUsed', 'Größe'),
  body: fc.oneof(
    { weight: 9, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    // Larger than what an append takes along with others.
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 300_000, maxLength: 300_000, size: 'max' }) },
  ),
});

/** Appends one after the other, of whatever streams. */
const history = fc.uniqueArray(fc.record({ stream: fc.constantFrom(...STREAMS), event }), {
  maxLength: 60,
  selector: (each) => each.event.eventId,
});

type History = readonly { readonly stream: string; readonly event: EventToAppend }[];

async function written(told: History): Promise<SqliteEventStore> {
  const store = SqliteEventStore.open(join(temporaryFolder(), 'events.sqlite'));
  const revisions = new Map<string, number>();
  for (const { event: each, stream } of told) {
    const revision = revisions.get(stream);
    await store.append(stream, [each], revision ?? 'no-stream');
    revisions.set(stream, (revision ?? -1) + 1);
  }
  return store;
}

async function exported(store: ImportTarget['events']): Promise<string> {
  const file = join(temporaryFolder(), 'events.ndjson');
  await exportEvents(store, { environment: 'production', file });
  return file;
}

const inSqlite = (together: number) => {
  const events = SqliteEventStore.open(join(temporaryFolder(), 'events.sqlite'));
  return Promise.resolve({ events, together, close: () => events.close() });
};
const inPostgres = async (together: number) => {
  const events = await PostgresEventStore.open({ address: await freshPostgres(), name: 'properties' });
  return { events, together, close: () => events.close() };
};

describe('whatever was recorded', () => {
  it.each([
    ['SQLite', inSqlite, 40],
    ['PostgreSQL', inPostgres, 12],
  ] as const)(
    'comes to the same file when it was imported into %s, whole or gone on with',
    async (_name, open, numRuns) => {
      const parts = fc.record({ told: history, first: fc.nat(60), together: fc.constantFrom(1, 3, 500) });
      const same = async ({ first, together, told }: { told: History; first: number; together: number }) => {
        const beginning = await written(told.slice(0, first));
        const source = await written(told);
        const target = await open(together);
        try {
          await importEvents(await exported(beginning), target);
          const file = await exported(source);
          const { before, events, firstDifference, logs } = await importEvents(file, target);
          expect({ before, events, firstDifference }).toStrictEqual({
            before: Math.min(first, told.length),
            events: told.length,
            firstDifference: null,
          });
          expect(logs.every(({ equal }) => equal)).toBe(true);
          expect(readFileSync(await exported(target.events))).toStrictEqual(readFileSync(file));
        } finally {
          await target.close();
          source.close();
          beginning.close();
        }
      };
      await fc.assert(fc.asyncProperty(parts, same), { numRuns });
    },
    120_000,
  );

  it('is refused by a store that holds the same in another order', async () => {
    const swapped = fc
      .record({ told: history.filter((told) => told.length > 1), at: fc.nat() })
      .map(({ at, told }) => ({ told, one: at % (told.length - 1) }));
    const refused = async ({ one, told }: { told: History; one: number }) => {
      const source = await written(told);
      const other = await written(told.toSpliced(one, 2, ...told.slice(one, one + 2).reverse()));
      try {
        const importing = importEvents(await exported(source), { events: other, together: 1 });
        await expect(importing).rejects.toThrow(StoreInUse);
      } finally {
        source.close();
        other.close();
      }
    };
    await fc.assert(fc.asyncProperty(swapped, refused), { numRuns: 30 });
  }, 60_000);
});
