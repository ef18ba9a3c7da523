import type { Table } from '../projection.js';

/**
 * What the reports are made of. Nobody's name is in it: accounts by their random ids, devices by system and version numbers
 * alone, so that an erasure has one link to cut.
 */

/** How often something happened in a quarter of an hour: days of any time zone are made of these. */
export const COUNTS = {
  name: 'compliance-counts',
  columns: { rp: 'text', measure: 'text', slot: 'integer', what: 'text', how: 'text', count: 'integer' },
  primaryKey: ['rp', 'measure', 'slot', 'what', 'how'],
} as const satisfies Table;

export const ACCOUNTS = {
  name: 'compliance-accounts',
  columns: {
    rp: 'text',
    subject: 'text',
    enrolled_slot: 'integer',
    passkeys: 'integer',
    /** 1 while `passkeys` is more than 0. */
    has_passkey: 'integer',
  },
  primaryKey: ['rp', 'subject'],
  indexes: [['rp', 'passkeys']],
} as const satisfies Table;

/** How many passkeys an account has ever added at an entry point. */
export const ENTRIES = {
  name: 'compliance-entries',
  columns: {
    rp: 'text',
    subject: 'text',
    entry_point: 'text',
    enrolled_slot: 'integer',
    passkeys: 'integer',
  },
  primaryKey: ['rp', 'subject', 'entry_point', 'enrolled_slot'],
} as const satisfies Table;

/** Every passkey that ever was, from `registered_at` until `removed_at`. */
export const PASSKEYS = {
  name: 'compliance-passkeys',
  columns: {
    rp: 'text',
    subject: 'text',
    passkey_id: 'text',
    registered_at: 'integer',
    registered_slot: 'integer',
    removed_at: 'integer',
    removed_slot: 'integer',
    removed_why: 'text',
    /** When it was last used; until then, when it was added. */
    seen_at: 'integer',
    used: 'integer',
    aaguid: 'text',
    storage: 'text',
    attestation: 'text',
    entry_point: 'text',
    platform: 'text',
    device: 'text',
  },
  primaryKey: ['rp', 'subject', 'passkey_id'],
  indexes: [
    ['rp', 'removed_at', 'seen_at'],
    ['rp', 'device', 'removed_at'],
  ],
} as const satisfies Table;

/** How many passkeys that are there now were made on devices of which the same is known. */
export const DEVICES = {
  name: 'compliance-devices',
  columns: { rp: 'text', device: 'text', passkeys: 'integer' },
  primaryKey: ['rp', 'device'],
} as const satisfies Table;

export const RESETS = {
  name: 'compliance-resets',
  columns: {
    rp: 'text',
    reset_id: 'text',
    provider: 'text',
    requested_at: 'integer',
    status: 'text',
    failed_attempts: 'integer',
    ended_at: 'integer',
    disputed_at: 'integer',
    passkey_added_at: 'integer',
  },
  primaryKey: ['rp', 'reset_id'],
  indexes: [['rp', 'requested_at']],
} as const satisfies Table;

/** Who was erased stands nowhere any more: what is left is that it was done. */
export const ERASURES = {
  name: 'compliance-erasures',
  columns: { rp: 'text', receipt_id: 'text', erased_at: 'integer', actor: 'text' },
  primaryKey: ['rp', 'receipt_id'],
  indexes: [['rp', 'erased_at']],
} as const satisfies Table;

/** `removed_at` and `removed_slot` of a passkey that is there: later than any moment. */
export const NEVER = Number.MAX_SAFE_INTEGER;
