import { ACCOUNT_EVENT_TYPES } from './account-event-types.js';
import type { Projection, Table } from './projection.js';

/** One row for each event of an account, in the order of `revision`. What is personal stays where it is stored. */
const EVENTS = {
  name: 'account-history',
  columns: {
    position: 'integer',
    rp: 'text',
    subject: 'text',
    revision: 'integer',
    type: 'text',
    at: 'integer',
    actor: 'text',
    correlation_id: 'text',
    event_id: 'text',
    data: 'text',
  },
  primaryKey: ['position'],
  indexes: [['subject', 'revision']],
} as const satisfies Table;

export const accountHistory: Projection = {
  name: 'account-history',
  version: 2,
  tables: [EVENTS],
  handles: ACCOUNT_EVENT_TYPES,
  readsPersonal: [],
  when({ actor, correlationId, event, eventId, position, revision, rp, subject }) {
    return [
      {
        kind: 'put',
        table: EVENTS.name,
        row: {
          position,
          rp,
          subject,
          revision,
          type: event.type,
          at: event.at,
          actor,
          correlation_id: correlationId,
          event_id: eventId,
          data: JSON.stringify(event.data),
        },
      },
    ];
  },
};
