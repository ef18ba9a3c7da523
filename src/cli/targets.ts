import { EventStoreDbEventStore } from '../infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { PostgresEventStore } from '../infrastructure/event-store/postgres/postgres-event-store.js';
import { givenVariables } from '../infrastructure/config/given-variables.js';
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
    const events = new EventStoreDbEventStore({ connectionString: address, namespace: `${namespace}-` });
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
