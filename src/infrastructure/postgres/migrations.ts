import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { PostgresDatabase } from './postgres-database.js';
import { postgresFailure } from './postgres-failure.js';

/** The tables of one store, in a schema of their own. */
export interface Layout {
  /** Schema; written into statements as it is, and so a name of our own. */
  readonly schema: string;
  /** Statements that lead from one version of the tables to the next. What was released is never changed. */
  readonly migrations: readonly string[];
}

/** The tables are not those that this release was made for. */
export class WrongLayout extends Error {
  constructor(schema: string, why: string) {
    super(`the PostgreSQL schema ${schema} ${why}`);
    this.name = 'WrongLayout';
  }
}

/** Other encodings hold other characters, and compare some that they hold in another order. */
const ENCODING = 'UTF8';

/** The database keeps text in an encoding that can't hold what is to be kept in it. */
export class WrongEncoding extends Error {
  constructor(found: string) {
    super(`the PostgreSQL database is encoded in ${found}; make one with encoding ${ENCODING}`);
    this.name = 'WrongEncoding';
  }
}

interface Applied {
  readonly version: number;
  readonly digest: string;
}

/**
 * Brings the tables to what this release was made for, in one transaction; once, however many processes start together.
 * Where they are there already, nothing is written and no right to change them is needed.
 * @throws WrongLayout where a later release was here, or the tables were made by other statements
 * @throws WrongEncoding
 */
export async function migrate(database: PostgresDatabase, layout: Layout): Promise<void> {
  const client = await database.connect();
  try {
    await client.query('begin');
    // Waits for the process that is at it, if there is one; it is given back with the transaction.
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `latchkey ${layout.schema}`,
    ]);
    await bringUp(client, layout);
    await client.query('commit');
  } catch (thrown) {
    throw postgresFailure(thrown);
  } finally {
    await client.end();
  }
}

async function bringUp(client: Client, { migrations, schema }: Layout): Promise<void> {
  await requireEncoding(client);
  const applied = await appliedTo(client, schema);
  if (applied.length > migrations.length) {
    throw new WrongLayout(
      schema,
      `has layout version ${applied.length}; this release reads ${migrations.length}`,
    );
  }
  const altered = applied.find(({ digest, version }) => digest !== digestOf(migrations[version - 1] ?? ''));
  if (altered !== undefined) {
    throw new WrongLayout(schema, `got its layout version ${altered.version} from another release`);
  }
  const missing = migrations.slice(applied.length);
  if (missing.length === 0) return;
  await client.query(`
    create schema if not exists ${schema};
    create table if not exists ${schema}.applied_migrations (
      version    integer     primary key,
      digest     text        not null,
      applied_at timestamptz not null default now()
    )
  `);
  for (const [index, statements] of missing.entries()) {
    await client.query(statements);
    await client.query(`insert into ${schema}.applied_migrations (version, digest) values ($1, $2)`, [
      applied.length + index + 1,
      digestOf(statements),
    ]);
  }
}

async function requireEncoding(client: Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>(
    "select current_setting('server_encoding') as encoding",
  );
  const encoding = rows[0]?.encoding ?? 'nothing';
  if (encoding !== ENCODING) throw new WrongEncoding(encoding);
}

async function appliedTo(client: Client, schema: string): Promise<readonly Applied[]> {
  const table = `${schema}.applied_migrations`;
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    table,
  ]);
  if (rows[0]?.found !== true) return [];
  return (await client.query<Applied>(`select version, digest from ${table} order by version`)).rows;
}

/** Of the statements without their layout, so that code may be formatted anew. */
function digestOf(statements: string): string {
  return createHash('sha256').update(statements.replace(/\s+/gu, ' ').trim()).digest('hex');
}
