import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PostgresEventStore } from '../../src/infrastructure/event-store/postgres/postgres-event-store.js';
import {
  asRecorded,
  collect,
  collectBatches,
  numbersFrom,
  someEvent,
  wholeLog,
} from '../contract/event-store-samples.js';
import { eventStoreContract } from '../contract/event-store.contract.js';
import { freshPostgres } from '../support/postgres-server.js';

eventStoreContract('PostgresEventStore', async () => {
  const address = await freshPostgres();
  const open = () => PostgresEventStore.open({ address, name: 'event store spec' });
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: () => store.close(),
  };
});

const APPEND_ONE = `select last_position as position
  from events.append(array[$1], array[-1::bigint], array[1], array[$2::uuid], array['PasskeyRenamed'], array[1], '\\x07')`;

describe('PostgresEventStore, of several processes', () => {
  let address: string;
  let one: PostgresEventStore;
  let other: PostgresEventStore;
  let slow: pg.Client;
  let watcher: pg.Client;

  beforeEach(async () => {
    address = await freshPostgres();
    [one, other] = (await Promise.all(
      ['one', 'other'].map((name) => PostgresEventStore.open({ address, name })),
    )) as [PostgresEventStore, PostgresEventStore];
    slow = new pg.Client({ connectionString: address });
    await slow.connect();
    watcher = new pg.Client({ connectionString: address });
    await watcher.connect();
  });

  afterEach(async () => {
    await slow.end();
    await watcher.end();
    await one.close();
    await other.close();
  });

  /** Takes the next position and doesn't commit. */
  async function appendSlowly(stream: string): Promise<ReturnType<typeof someEvent>> {
    const event = someEvent({ body: Uint8Array.of(7) });
    await slow.query('begin');
    const { rows } = await slow.query(APPEND_ONE, [stream, event.eventId]);
    expect(rows).toStrictEqual([{ position: '1' }]);
    return event;
  }

  const waitingForALock = async (): Promise<void> => {
    for (let waiting = 0; waiting === 0;) {
      const { rowCount } = await watcher.query("select from pg_stat_activity where wait_event_type = 'Lock'");
      waiting = rowCount ?? 0;
    }
  };

  it('lets no reader and no subscriber pass a position that a slower transaction may still fill', async () => {
    const following = collectBatches(other.subscribeAll(0), 2);
    const first = await appendSlowly('account-a.1');
    const second = someEvent();
    const appended = one.append('account-a.2', [second], 'no-stream');
    await waitingForALock();
    expect(await wholeLog(other)).toStrictEqual([]);
    expect(await other.head()).toBe(0);
    await slow.query('commit');
    expect(await appended).toStrictEqual({ revision: 0, position: 2 });
    const log = [
      ...asRecorded('account-a.1', [first], { revision: 0, position: 1 }),
      ...asRecorded('account-a.2', [second], { revision: 0, position: 2 }),
    ];
    expect(await wholeLog(other)).toStrictEqual(log);
    expect(await following).toStrictEqual(log);
  });

  it('gives a position that was taken in vain to the next one', async () => {
    await appendSlowly('account-a.1');
    const event = someEvent();
    const appended = one.append('account-a.2', [event], 'no-stream');
    await waitingForALock();
    await slow.query('rollback');
    expect(await appended).toStrictEqual({ revision: 0, position: 1 });
    expect(await wholeLog(other)).toStrictEqual(
      asRecorded('account-a.2', [event], { revision: 0, position: 1 }),
    );
  });

  it('lets one of two processes win a stream, again and again', async () => {
    for (const revision of numbersFrom(-1, 50)) {
      const outcomes = await Promise.allSettled(
        [one, other].map((store) =>
          store.append('account-a.1', [someEvent()], revision < 0 ? 'no-stream' : revision),
        ),
      );
      expect(outcomes.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
    }
    expect((await wholeLog(one)).map(({ revision }) => revision)).toStrictEqual(numbersFrom(0, 50));
  });

  it('shows the subscribers of each what all write, in one order without a gap', async () => {
    const total = 2 * 40 * 5;
    const followed = [one, other].map((store) => collectBatches(store.subscribeAll(0), total));
    await Promise.all(
      [one, other].flatMap((store, process) =>
        numbersFrom(0, 40).map(async (writer) => {
          for (const turn of numbersFrom(0, 5)) {
            await store.append(
              `account-${process}.${writer}`,
              [someEvent()],
              turn === 0 ? 'no-stream' : turn - 1,
            );
          }
        }),
      ),
    );
    const log = await wholeLog(one);
    expect(log.map(({ position }) => position)).toStrictEqual(numbersFrom(1, total));
    expect(await Promise.all(followed)).toStrictEqual([log, log]);
  });

  it('listens anew when its connection for that was lost', async () => {
    const listener = "from pg_stat_activity where application_name = 'other' and query ilike 'listen %'";
    const listening = async (notBy = 0): Promise<number> => {
      for (;;) {
        const { rows } = await watcher.query<{ pid: number }>(`select pid ${listener} and pid <> $1`, [
          notBy,
        ]);
        if (rows[0] !== undefined) return rows[0].pid;
      }
    };
    const followed = collectBatches(other.subscribeAll(0), 1);
    const pid = await listening();
    await watcher.query('select pg_terminate_backend($1)', [pid]);
    expect(await listening(pid)).not.toBe(pid);
    await one.append('account-a.1', [someEvent()], 'no-stream');
    expect(await followed).toStrictEqual(await wholeLog(one));
  });
});

describe('PostgresEventStore by itself', () => {
  let address: string;
  let store: PostgresEventStore;

  beforeEach(async () => {
    address = await freshPostgres();
    store = await PostgresEventStore.open({ address, name: 'by itself' });
  });

  afterEach(() => store.close());

  it('lets an append that the database can not take harm none of its group', async () => {
    const [first, second] = [someEvent(), someEvent()];
    const outcomes = await Promise.allSettled([
      store.append('account-a.1', [first], 'no-stream'),
      store.append('account-\0', [someEvent()], 'no-stream'),
      store.append('account-a.2', [second], 'no-stream'),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { position: 1 } },
      { status: 'rejected', reason: { name: 'PostgresFailure', kind: 'data', code: '22021' } },
      { status: 'fulfilled', value: { position: 2 } },
    ]);
    expect(await wholeLog(store)).toStrictEqual([
      ...asRecorded('account-a.1', [first], { revision: 0, position: 1 }),
      ...asRecorded('account-a.2', [second], { revision: 0, position: 2 }),
    ]);
  });

  it('serves more appends than one transaction takes', async () => {
    const count = 1_300;
    const appended = await Promise.all(
      numbersFrom(1, count).map((number) => store.append(`account-a.${number}`, [someEvent()], 'no-stream')),
    );
    expect(appended.map(({ position }) => position)).toStrictEqual(numbersFrom(1, count));
  });

  it('shares a transaction among the appends of one turn', async () => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    await Promise.all(
      numbersFrom(0, 64).map((number) => store.append(`account-a.${number}`, [someEvent()], 'no-stream')),
    );
    const { rows } = await client.query(
      'select count(distinct xmin::text)::int as groups from events.recorded',
    );
    await client.end();
    expect(rows).toStrictEqual([{ groups: 1 }]);
  });

  it('refuses to follow from after the last event, for that reader has read another log', async () => {
    await store.append('account-a.1', [someEvent()], 'no-stream');
    await expect(collect(store.subscribeAll(2).batches())).rejects.toThrow(
      new RangeError('position 2 lies after the last event, 1'),
    );
  });

  it('records on closing what was asked for before, ends subscriptions and refuses the rest', async () => {
    const batches = store.subscribeAll(0).batches()[Symbol.asyncIterator]();
    await batches.next();
    const waiting = batches.next();
    const appended = store.append('account-a.1', [someEvent()], 'no-stream');
    await Promise.all([store.close(), store.close()]);
    expect(await appended).toStrictEqual({ revision: 0, position: 1 });
    expect(await waiting).toStrictEqual({ done: true, value: undefined });
    await expect(store.append('account-a.1', [someEvent()], 0)).rejects.toThrow('the store is closed');
    await expect(store.head()).rejects.toThrow('the store is closed');
    const again = await PostgresEventStore.open({ address, name: 'again' });
    expect(await again.head()).toBe(1);
    await again.close();
  });
});
