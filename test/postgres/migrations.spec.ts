import { describe, expect, it } from '@jest/globals';
import type { Layout } from '../../src/infrastructure/postgres/migrations.js';
import { migrate } from '../../src/infrastructure/postgres/migrations.js';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { freshPostgres, postgresServer } from '../support/postgres-server.js';

const FIRST = 'create table things.boxes (id integer primary key)';
const SECOND = 'alter table things.boxes add column label text';
const layout = (...migrations: string[]): Layout => ({ schema: 'things', migrations });

async function on<Result>(
  address: string,
  work: (database: PostgresDatabase) => Promise<Result>,
): Promise<Result> {
  const database = new PostgresDatabase({ address, name: 'migrations' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const migrateAt = (address: string, to: Layout) => on(address, (database) => migrate(database, to));

const appliedAt = (address: string) =>
  on(address, (database) =>
    database.repeatable({ text: 'select version from things.applied_migrations order by version' }),
  );

describe('migrate', () => {
  it('lays tables out once, however many processes start together', async () => {
    const address = await freshPostgres();
    await Promise.all(Array.from({ length: 12 }, () => migrateAt(address, layout(FIRST, SECOND))));
    expect(await appliedAt(address)).toStrictEqual([{ version: 1 }, { version: 2 }]);
  });

  it('goes on from where an earlier release was', async () => {
    const address = await freshPostgres();
    await migrateAt(address, layout(FIRST));
    await migrateAt(address, layout(FIRST, SECOND));
    expect(await appliedAt(address)).toStrictEqual([{ version: 1 }, { version: 2 }]);
  });

  it('refuses a release that is older than the tables', async () => {
    const address = await freshPostgres();
    await migrateAt(address, layout(FIRST, SECOND));
    await expect(migrateAt(address, layout(FIRST))).rejects.toThrow(
      'the PostgreSQL schema things has layout version 2; this release reads 1',
    );
  });

  it('refuses tables that other statements made', async () => {
    const address = await freshPostgres();
    await migrateAt(address, layout(FIRST));
    await expect(migrateAt(address, layout(`${FIRST} with (fillfactor = 50)`, SECOND))).rejects.toThrow(
      'the PostgreSQL schema things got its layout version 1 from another release',
    );
    expect(await appliedAt(address)).toStrictEqual([{ version: 1 }]);
  });

  it('leaves nothing of a migration that failed halfway', async () => {
    const address = await freshPostgres();
    await expect(migrateAt(address, layout(FIRST, 'select 1/0'))).rejects.toMatchObject({ code: '22012' });
    await migrateAt(address, layout(FIRST, SECOND));
    expect(await appliedAt(address)).toStrictEqual([{ version: 1 }, { version: 2 }]);
  });

  it('refuses a database of another encoding than UTF-8, and makes nothing in it', async () => {
    const server = await postgresServer();
    await server.run(
      "create database narrow encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'",
    );
    await expect(migrateAt(server.url('narrow'), layout(FIRST))).rejects.toThrow(
      'the PostgreSQL database is encoded in LATIN1; make one with encoding UTF8',
    );
    expect(await server.run("select to_regnamespace('things') as made", 'narrow')).toStrictEqual([
      { made: null },
    ]);
  });

  it('needs no right to make tables where they are there', async () => {
    const server = await postgresServer();
    const name = await server.database();
    await migrateAt(server.url(name), layout(FIRST));
    await server.run(
      "create role serving login password 'serves'; grant usage on schema things to serving; grant select on things.applied_migrations to serving",
      name,
    );
    const serving = new URL(server.url(name));
    serving.username = 'serving';
    serving.password = 'serves';
    await migrateAt(serving.href, layout(FIRST));
    await expect(migrateAt(serving.href, layout(FIRST, SECOND))).rejects.toMatchObject({ code: '42501' });
  });
});
