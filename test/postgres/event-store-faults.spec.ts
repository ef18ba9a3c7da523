import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresEventStore } from '../../src/infrastructure/event-store/postgres/postgres-event-store.js';
import { asRecorded, numbersFrom, someEvent, wholeLog } from '../contract/event-store-samples.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { eventually } from '../support/eventually.js';
import { PostgresServer } from '../support/postgres-server.js';

describe('PostgresEventStore on a server that fails', () => {
  let server: PostgresServer;
  let database: string;
  const opened: PostgresEventStore[] = [];

  beforeEach(async () => {
    server = await PostgresServer.start({ fsync: 'on' });
    database = await server.database();
  });

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await server.stop();
  });

  async function open(address = server.url(database)): Promise<PostgresEventStore> {
    const store = await PostgresEventStore.open({ address, name: 'faults', patience: 25_000 });
    opened.push(store);
    return store;
  }

  it('answers an append whose answer was lost, and writes it once', async () => {
    const wire = await BreakableWire.to(server.socket);
    const direct = await open();
    const store = await open(server.url(database, `127.0.0.1:${wire.port}`));
    const [before, event, after] = [someEvent(), someEvent(), someEvent()];
    await store.append('account-a.1', [before], 'no-stream');
    wire.hold();
    const appended = store.append('account-a.1', [event], 0);
    await eventually(async () => (await direct.head()) === 2);
    wire.cut();
    expect(await appended).toStrictEqual({ revision: 1, position: 2 });
    await store.append('account-a.1', [after], 1);
    expect(await wholeLog(direct)).toStrictEqual(
      asRecorded('account-a.1', [before, event, after], { revision: 0, position: 1 }),
    );
    await wire.close();
  });

  it.each([
    ['in order', 'SIGINT'],
    ['as in a power cut', 'SIGQUIT'],
  ] as const)(
    'loses and doubles nothing that was answered when the server stops %s under load and comes back',
    async (_, signal) => {
      const stores = [await open(), await open()];
      const reader = await open();
      const answered = new Map<string, number>();
      let writing = true;
      const writers = stores.flatMap((store, process) =>
        numbersFrom(0, 8).map(async (writer) => {
          const stream = `account-${process}.${writer}`;
          for (let revision = -1; writing; revision += 1) {
            const event = someEvent();
            const { position } = await store.append(stream, [event], revision < 0 ? 'no-stream' : revision);
            answered.set(event.eventId, position);
          }
        }),
      );
      await eventually(() => answered.size > 200);
      const beforeStop = answered.size;
      const followed: string[] = [];
      const subscription = reader.subscribeAll(0);
      const following = (async () => {
        for await (const { events } of subscription.batches())
          followed.push(...events.map(({ eventId }) => eventId));
      })();
      await server.stop(signal);
      await server.start();
      await eventually(() => answered.size > beforeStop + 200);
      writing = false;
      await Promise.all(writers);
      const log = await wholeLog(reader);
      expect(log.map(({ position }) => position)).toStrictEqual(numbersFrom(1, log.length));
      expect(new Map(log.map(({ eventId, position }) => [eventId, position]))).toStrictEqual(
        new Map([...answered].sort(([, one], [, other]) => one - other)),
      );
      await eventually(() => followed.length >= log.length);
      expect(followed).toStrictEqual(log.map(({ eventId }) => eventId));
      subscription.stop();
      await following;
    },
    60_000,
  );
});
