import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/event-store/postgres/postgres-event-store.js';
import type { ImportTarget } from '../../src/infrastructure/migration/import-events.js';
import { EventStoreDbDouble } from './eventstoredb-double.js';
import { freshPostgres } from './postgres-server.js';

/** An empty store to import into, and the options that name it on the command line. */
export interface OpenTarget extends ImportTarget {
  readonly options: readonly string[];
  close(): Promise<void>;
}

export const TARGETS = {
  PostgreSQL: async (): Promise<OpenTarget> => {
    const address = await freshPostgres();
    const events = await PostgresEventStore.open({ address, name: 'migration spec' });
    return { events, together: 500, options: ['--to', address], close: () => events.close() };
  },
  'a double of EventStoreDB': async (): Promise<OpenTarget> => {
    const double = await EventStoreDbDouble.start();
    double.foreign('$stats-127.0.0.1:2113', 2);
    const namespace = `spec-${randomUUID().slice(0, 8)}`;
    const to = double.connectionString;
    const events = new EventStoreDbEventStore({ connectionString: to, namespace: `${namespace}-` });
    return {
      events,
      together: 1,
      options: ['--to', to, '--namespace', namespace],
      close: async () => {
        await events.close();
        double.stop();
      },
    };
  },
} as const;

export const TARGET_NAMES = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
