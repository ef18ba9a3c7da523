import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventStoreContract } from './event-store.contract.js';
import { RankedPositions } from './ranked-positions.js';

eventStoreContract(
  'EventStoreDbEventStore against a protocol double',
  async () => {
    const double = await EventStoreDbDouble.start();
    double.foreign('$stats-127.0.0.1:2113', 3);
    const address = { connectionString: double.connectionString, namespace: `latchkey.${randomUUID()}.` };
    const open = new Set<EventStoreDbEventStore>();
    const opened = (): RankedPositions => {
      const store = new EventStoreDbEventStore(address);
      open.add(store);
      return new RankedPositions(store);
    };
    return {
      store: opened(),
      reopen: () => Promise.resolve(opened()),
      close: async () => {
        for (const store of open) await store.close();
        double.stop();
      },
    };
  },
  'in place',
);

/** A real server or cluster, where there is one. Everything is under a name of its own; nothing else is touched or looked at. */
const url = process.env['EVENTSTORE_URL'];
if (url !== undefined) {
  eventStoreContract(
    'EventStoreDbEventStore against the server at EVENTSTORE_URL',
    () => {
      const address = { connectionString: url, namespace: `latchkey-test.${randomUUID()}.` };
      const open = new Set<EventStoreDbEventStore>();
      const opened = (): RankedPositions => {
        const store = new EventStoreDbEventStore(address);
        open.add(store);
        return new RankedPositions(store);
      };
      return Promise.resolve({
        store: opened(),
        reopen: () => Promise.resolve(opened()),
        close: async () => {
          for (const store of open) await store.close();
        },
      });
    },
    'in place',
  );
}
