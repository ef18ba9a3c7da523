import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collect, numbersFrom, someEvent, someEvents, wholeLog } from './event-store-samples.js';
import { eventStoreContract } from './event-store.contract.js';

const newFile = () => join(temporaryFolder(), 'events.sqlite');

eventStoreContract('SqliteEventStore', () => {
  const file = newFile();
  let store = SqliteEventStore.open(file);
  return Promise.resolve({
    store,
    reopen: () => {
      store.close();
      store = SqliteEventStore.open(file);
      return Promise.resolve(store);
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  });
});

describe('SqliteEventStore on its file', () => {
  it('commits on closing what was asked for before, ends subscriptions and refuses the rest', async () => {
    const file = newFile();
    const store = SqliteEventStore.open(file);
    const batches = store.subscribeAll(0).batches()[Symbol.asyncIterator]();
    await batches.next();
    const waiting = batches.next();
    const appended = store.append('account-a.1', [someEvent()], 'no-stream');
    store.close();
    store.close();
    expect(await appended).toStrictEqual({ revision: 0, position: 1 });
    expect(await waiting).toStrictEqual({ done: true, value: undefined });
    await expect(store.append('account-a.1', [someEvent()], 0)).rejects.toThrow('the store is closed');
    await expect(store.head()).rejects.toThrow();
    const again = SqliteEventStore.open(file);
    expect(await again.head()).toBe(1);
    again.close();
  });

  it('refuses to follow from after the last event, for that reader has read another log', async () => {
    const store = SqliteEventStore.open(newFile());
    await store.append('account-a.1', [someEvent()], 'no-stream');
    expect(() => store.subscribeAll(2)).toThrow(new RangeError('position 2 lies after the last event, 1'));
    store.close();
  });

  it('serves more appends than one transaction takes', async () => {
    const store = SqliteEventStore.open(newFile());
    const count = 1_300;
    const appended = await Promise.all(
      numbersFrom(1, count).map((number) => store.append(`account-a.${number}`, [someEvent()], 'no-stream')),
    );
    expect(appended.map(({ position }) => position)).toStrictEqual(numbersFrom(1, count));
    store.close();
  });

  it('loses and doubles nothing where a second store was opened on the file against the rule', async () => {
    const file = newFile();
    const [one, other] = [SqliteEventStore.open(file), SqliteEventStore.open(file)];
    await one.append('account-a.1', someEvents(2), 'no-stream');
    await other.append('account-a.1', [someEvent()], 1);
    await expect(one.append('account-a.1', [someEvent()], 2)).rejects.toThrow('UNIQUE constraint failed');
    await one.append('account-a.1', [someEvent()], 2);
    await expect(other.append('account-a.1', [someEvent()], 3)).rejects.toThrow('UNIQUE constraint failed');
    await other.append('account-a.1', [someEvent()], 3);
    const [stale, neighbour] = await Promise.allSettled([
      one.append('account-a.1', [someEvent()], 3),
      one.append('account-a.2', [someEvent()], 'no-stream'),
    ]);
    expect(stale).toMatchObject({ status: 'rejected', reason: { name: 'WrongExpectedRevision', actual: 4 } });
    expect(neighbour).toStrictEqual({
      status: 'fulfilled',
      value: { revision: 0, position: 6 },
    });
    expect((await wholeLog(one)).map(({ position }) => position)).toStrictEqual([1, 2, 3, 4, 5, 6]);
    expect(await collect(other.readAll(0))).toStrictEqual(await wholeLog(one));
    one.close();
    other.close();
  });
});
