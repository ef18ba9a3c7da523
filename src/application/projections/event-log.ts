import { relyingPartyOfStream } from '../audit/audit-streams.js';
import { parsedBody, storedHeader } from '../audit/stored-header.js';
import type { Projection, Table } from './projection.js';

/**
 * One Merkle log for each relying party: a row for each of its events in the order of the log, with what it is looked for by and
 * the hashes that proofs are made of. The events themselves stay where they are; `position` leads to them.
 */
export const EVENT_LOG = {
  name: 'event-log',
  columns: {
    rp: 'text',
    leaf_index: 'integer',
    position: 'integer',
    subject: 'text',
    type: 'text',
    at: 'integer',
    /** The latest `at` so far: a clock that was set back doesn't take it back, so that a moment is one place in the log. */
    reached_at: 'integer',
    actor: 'text',
    correlation_id: 'text',
    passkey_id: 'text',
    credential_id: 'text',
    hashes: 'blob',
  },
  primaryKey: ['rp', 'leaf_index'],
  indexes: [
    ['rp', 'subject', 'leaf_index'],
    ['rp', 'type', 'leaf_index'],
    ['rp', 'actor', 'leaf_index'],
    ['rp', 'correlation_id', 'leaf_index'],
    ['rp', 'passkey_id', 'leaf_index'],
    ['rp', 'credential_id', 'leaf_index'],
    ['rp', 'reached_at', 'leaf_index'],
  ],
  sparse: ['subject', 'correlation_id', 'passkey_id', 'credential_id'],
} as const satisfies Table;

export const eventLog: Projection = {
  name: 'event-log',
  version: 2,
  tables: [EVENT_LOG],
  handles: [],
  readsPersonal: [],
  when() {
    throw new Error('the event log is made of recorded events');
  },
  whenRecorded({ body, position, stream, type }, parsed) {
    const rp = relyingPartyOfStream(stream);
    if (rp === undefined) return [];
    const header = storedHeader(stream, parsed ?? parsedBody(body));
    const { at } = header;
    return [
      {
        kind: 'append',
        table: EVENT_LOG.name,
        log: ['rp'],
        index: 'leaf_index',
        hashes: 'hashes',
        leaf: body,
        rising: { reached_at: at },
        row: {
          rp,
          position,
          type,
          at,
          subject: header.subject,
          actor: header.actor,
          correlation_id: header.correlationId,
          passkey_id: header.passkeyId,
          credential_id: header.credentialId,
        },
      },
    ];
  },
};
