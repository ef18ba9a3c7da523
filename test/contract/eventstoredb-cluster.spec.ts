import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { someEvent, someEvents, wholeLog } from './event-store-samples.js';

/** Three nodes and their gossip, tried against a protocol double. */
describe('EventStoreDbEventStore on a cluster of several nodes', () => {
  let nodes: readonly [EventStoreDbDouble, ...EventStoreDbDouble[]];
  let store: EventStoreDbEventStore;

  beforeEach(async () => {
    nodes = await EventStoreDbDouble.startCluster(3);
    store = new EventStoreDbEventStore({
      connectionString: nodes[0].clusterConnectionString,
      namespace: `latchkey.${randomUUID()}.`,
    });
  });

  afterEach(async () => {
    await store.close();
    for (const node of nodes) node.stop();
  });

  const appendsByNode = (): readonly number[] => nodes.map(({ calls }) => calls.get('append') ?? 0);

  it('writes to the node that leads, while another of those named is down', async () => {
    nodes[0].stop();
    nodes[2]?.lead();
    await store.append('account-a.1', someEvents(2), 'no-stream');
    expect(appendsByNode()).toStrictEqual([0, 0, 1]);
    expect(await wholeLog(store)).toHaveLength(2);
  });

  it('goes to the node that was elected when the leader is lost, with everything there once', async () => {
    const [first, second, third] = [someEvent(), someEvent(), someEvent()];
    await store.append('account-a.1', [first], 'no-stream');
    nodes[0].stop();
    nodes[1]?.lead();
    await store.append('account-a.1', [second], 0);
    await store.append('account-a.1', [third], 1);
    const ids = (await wholeLog(store)).map(({ eventId }) => eventId);
    expect(ids).toStrictEqual([first, second, third].map(({ eventId }) => eventId));
  });

  it('writes once where the answer was lost with the leader', async () => {
    await store.append('account-a.1', [someEvent()], 'no-stream');
    nodes[0].faults.losesAnswers = 1;
    const event = someEvent();
    const appending = store.append('account-a.1', [event], 0);
    nodes[1]?.lead();
    await expect(appending).resolves.toMatchObject({ revision: 1 });
    expect((await wholeLog(store)).map(({ eventId }) => eventId).slice(1)).toStrictEqual([event.eventId]);
  });

  it('reads on, without a gap or a repeat, where the node it was subscribed to is lost', async () => {
    const subscription = store.subscribeAll(0);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { events } of subscription.batches()) {
        seen.push(...events.map(({ eventId }) => eventId));
        if (seen.length === 4) break;
      }
    })();
    const written = someEvents(4);
    for (const [index, event] of written.entries()) {
      if (index === 2) {
        nodes[0].stop();
        nodes[2]?.lead();
      }
      await store.append('account-a.1', [event], index === 0 ? 'no-stream' : index - 1);
    }
    await reading;
    expect(seen).toStrictEqual(written.map(({ eventId }) => eventId));
  });
});
