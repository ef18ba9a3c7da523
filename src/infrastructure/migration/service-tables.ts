/** A column's type, by the name that PostgreSQL gives it. */
export type ColumnType = 'text' | 'bigint' | 'bytea';

/** A table that a data folder and a cluster have under the same names. */
export interface ServiceTable {
  readonly name: string;
  /** Which of a data folder's files it is in. */
  readonly file: 'service' | 'checkpoints';
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType>>;
}

/** What the service itself owns: secrets only as hashes, or sealed under keys of the root key. */
export const SERVICE_TABLES: readonly ServiceTable[] = [
  {
    name: 'api_keys',
    file: 'service',
    key: ['hash'],
    columns: {
      hash: 'text',
      key_id: 'text',
      rp: 'text',
      scopes: 'text',
      label: 'text',
      created_at: 'bigint',
      revoked_at: 'bigint',
    },
  },
  {
    name: 'signing_keys',
    file: 'service',
    key: ['kid'],
    columns: { kid: 'text', sealed: 'bytea', created_at: 'bigint' },
  },
  {
    name: 'event_signing_keys',
    file: 'service',
    key: ['kid'],
    columns: { kid: 'text', sealed: 'bytea', created_at: 'bigint' },
  },
  {
    name: 'gone_receivers',
    file: 'service',
    key: ['rp', 'takes'],
    columns: { rp: 'text', takes: 'text', url: 'text', since: 'bigint' },
  },
  {
    name: 'log_keys',
    file: 'checkpoints',
    key: ['rp'],
    columns: { rp: 'text', origin: 'text', sealed: 'bytea', created_at: 'bigint' },
  },
  {
    name: 'checkpoints',
    file: 'checkpoints',
    key: ['rp', 'tree_size'],
    columns: { rp: 'text', tree_size: 'bigint', root_hash: 'bytea', note: 'text', signed_at: 'bigint' },
  },
];

export type Value = string | number | Uint8Array | null;
/** A row's values, in the order of its table's columns. */
export type ServiceRow = readonly Value[];
