import { EventStoreDbEventStore } from '../infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { PostgresEventStore } from '../infrastructure/event-store/postgres/postgres-event-store.js';
import { openJobs } from '../infrastructure/cluster-stores.js';
import { PostgresDatabase } from '../infrastructure/postgres/postgres-database.js';
import { RedisConnection } from '../infrastructure/redis/redis-connection.js';
import { RedisProcessStore } from '../infrastructure/redis/redis-process-store.js';
import { eventStoreDbAt, redisAt } from '../infrastructure/config/cluster-settings.js';
import { givenVariables } from '../infrastructure/config/given-variables.js';
import type { JobTarget } from '../infrastructure/migration/import-jobs.js';
import type { ImportTarget } from '../infrastructure/migration/import-events.js';

export const TO_EVENTS = [
  '--to <address>',
  'postgres://… or esdb://… (default: LATCHKEY_EVENTSTOREDB_URL, else LATCHKEY_POSTGRES_URL; an address with a password is better given by these, for others see a command line)',
] as const;

export const NAMESPACE = [
  '--namespace <name>',
  'as the cluster’s LATCHKEY_NAMESPACE',
  givenVariables(process.env)['LATCHKEY_NAMESPACE'] ?? 'latchkey',
] as const;

/** Fewer than go into one transaction of the PostgreSQL store, whose groups are recorded whole or not at all. */
const TOGETHER_IN_POSTGRES = 500;

/** Where a cluster keeps its events. @throws where none is named, or it can't be opened */
export async function openEventTarget({
  namespace,
  to,
}: {
  readonly to?: string;
  readonly namespace: string;
}): Promise<ImportTarget & { close(): Promise<void> }> {
  const given = givenVariables(process.env);
  const address = to ?? given['LATCHKEY_EVENTSTOREDB_URL'] ?? given['LATCHKEY_POSTGRES_URL'];
  if (address === undefined) {
    throw new Error('say where to: --to, LATCHKEY_EVENTSTOREDB_URL or LATCHKEY_POSTGRES_URL');
  }
  if (/^esdb(?:\+discover)?:\/\//u.test(address)) {
    // Calls may overtake each other on their way to the server.
    const events = new EventStoreDbEventStore(eventStoreDbAt(address, namespace));
    return { events, together: 1, close: () => events.close() };
  }
  const events = await PostgresEventStore.open({ address, name: 'latchkey import' });
  return { events, together: TOGETHER_IN_POSTGRES, close: () => events.close() };
}

export const TO_KEYS = [
  '--to <address>',
  'postgres://… (default: LATCHKEY_KEYS_POSTGRES_URL, else LATCHKEY_POSTGRES_URL)',
] as const;

/** Where a cluster keeps the accounts' keys. @throws where none is named */
export function keysAddress(to: string | undefined): string {
  const given = givenVariables(process.env);
  const address = to ?? given['LATCHKEY_KEYS_POSTGRES_URL'] ?? given['LATCHKEY_POSTGRES_URL'];
  if (address === undefined) {
    throw new Error('say where to: --to, LATCHKEY_KEYS_POSTGRES_URL or LATCHKEY_POSTGRES_URL');
  }
  return address;
}

export const TO_SERVICE = ['--to <address>', 'postgres://… (default: LATCHKEY_POSTGRES_URL)'] as const;

/** Where a cluster keeps what the service itself owns. @throws where none is named, or it can't be used */
export function openServiceTarget(to: string | undefined): PostgresDatabase {
  const address = to ?? givenVariables(process.env)['LATCHKEY_POSTGRES_URL'];
  if (address === undefined) throw new Error('say where to: --to or LATCHKEY_POSTGRES_URL');
  return new PostgresDatabase({ address, name: 'latchkey import' });
}

export const TO_JOBS = [
  '--redis <address>',
  'rediss://…, or redis://…?tls=false (default: LATCHKEY_REDIS_URL)',
] as const;

/** Where a cluster keeps its jobs, and how far its processes have come. @throws where none is named, or it can't be reached */
export async function openJobTarget({
  namespace,
  redis,
}: {
  readonly redis?: string;
  readonly namespace: string;
}): Promise<Pick<JobTarget, 'jobs' | 'processes'> & { close(): Promise<void> }> {
  const url = redis ?? givenVariables(process.env)['LATCHKEY_REDIS_URL'];
  if (url === undefined) throw new Error('say where to: --redis or LATCHKEY_REDIS_URL');
  const place = redisAt(url, namespace);
  const connection = await RedisConnection.open(place, SILENT);
  try {
    const jobs = await openJobs(connection, place, Date, SILENT);
    const close = async (): Promise<void> => {
      await jobs.close();
      connection.close();
    };
    return { jobs, processes: new RedisProcessStore(connection, jobs), close };
  } catch (failure) {
    connection.close();
    throw failure;
  }
}

/** What can't be reached is thrown, and told once. */
const SILENT = { info: () => undefined, error: () => undefined };
