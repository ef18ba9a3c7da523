import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { connectionOf } from '../../src/infrastructure/postgres/connection-settings.js';
import type { PostgresOptions } from '../../src/infrastructure/postgres/postgres-database.js';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { freshPostgres, postgresServer } from '../support/postgres-server.js';

async function on<Result>(
  options: Partial<PostgresOptions>,
  work: (database: PostgresDatabase) => Promise<Result>,
): Promise<Result> {
  const address = options.address ?? (await freshPostgres());
  const database = new PostgresDatabase({ name: 'database spec', ...options, address });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (failure: unknown) => failure,
  );

describe('the address of a database', () => {
  it.each([
    ['that is no URL', 'postgres//u:opensesame@host/db', 'is no URL'],
    ['of something else', 'https://u:opensesame@host/db', 'does not begin with postgres://'],
    ['without a database', 'postgres://u:opensesame@host/', 'names no host or no database'],
    ['of another machine without TLS', 'postgres://u:opensesame@db.example/db', 'needs sslmode=verify-full'],
    [
      'that encrypts to anybody',
      'postgres://u:opensesame@db.example/db?sslmode=require',
      'needs sslmode=verify-full',
    ],
    [
      'that trusts every authority',
      'postgres://u:opensesame@db.example/db?sslmode=verify-ca',
      'needs sslmode=verify-full',
    ],
    [
      'by an authority that can’t be read',
      'postgres://u:opensesame@db.example/db?sslmode=verify-full&sslrootcert=/nowhere/authority.crt',
      "names a file that can't be read as its sslrootcert",
    ],
    [
      'that sets what sessions are held to',
      'postgres://u:opensesame@127.0.0.1/db?options=-csynchronous_commit%3Doff',
      'has a parameter other than sslmode',
    ],
  ])('is refused %s, and not quoted', (_, address, why) => {
    const failure = (() => {
      try {
        return connectionOf(address);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(failure).toMatchObject({ name: 'UnusableAddress' });
    expect(inspect(failure)).toContain(why);
    expect(inspect(failure)).not.toContain('opensesame');
  });

  it('needs no TLS on this machine, and none that the operator says no to', () => {
    for (const address of [
      'postgres://u:p@localhost/db',
      'postgres://u:p@127.0.0.1:5433/db',
      'postgres://u:p@%2Frun%2Fpostgresql/db',
      'postgres://u:p@10.0.0.7/db?sslmode=disable',
    ]) {
      expect(connectionOf(address).ssl).toBe(false);
    }
  });
});

describe('a session', () => {
  it('waits for the disk and reads what is committed, whatever its role was set to', async () => {
    const server = await postgresServer();
    const name = await server.database();
    await server.run(
      `alter database ${name} set synchronous_commit = off;
       alter database ${name} set default_transaction_isolation = 'serializable';
       alter database ${name} set default_transaction_read_only = on`,
    );
    const settings = await on({ address: server.url(name) }, (database) =>
      database.repeatable({
        text: `select current_setting('synchronous_commit') as commit,
          current_setting('transaction_isolation') as isolation,
          current_setting('transaction_read_only') as readonly,
          current_setting('statement_timeout') as timeout,
          current_setting('idle_in_transaction_session_timeout') as idle`,
      }),
    );
    expect(settings).toStrictEqual([
      { commit: 'on', isolation: 'read committed', readonly: 'off', timeout: '10s', idle: '10s' },
    ]);
  });

  it('undoes a statement that takes too long', async () => {
    const failure = await on({ statementTimeout: 50 }, (database) =>
      thrownBy(database.repeatable({ text: 'select pg_sleep(30)' })),
    );
    expect(failure).toMatchObject({ name: 'PostgresFailure', kind: 'timed-out', code: '57014' });
  });

  it('is one of so many and no more', async () => {
    const counts = await on({ maxConnections: 3, name: 'limited' }, (database) =>
      Promise.all(
        Array.from({ length: 24 }, () =>
          database.repeatable<{ count: number }>({
            text: `select count(*) as count from pg_stat_activity where application_name = 'limited'`,
          }),
        ),
      ),
    );
    expect(Math.max(...counts.map(([row]) => row?.count ?? 0))).toBe(3);
  });
});

describe('a statement that fails', () => {
  it('quotes no value', async () => {
    const failure = await on({}, async (database) => {
      await database.repeatable({ text: 'create table people (email text unique)' });
      const insert = { text: 'insert into people values ($1)' };
      await database.repeatable(insert, ['somebody@example.com']);
      return thrownBy(database.repeatable(insert, ['somebody@example.com']));
    });
    expect(failure).toMatchObject({ name: 'PostgresFailure', kind: 'data', code: '23505' });
    expect(inspect(failure)).toContain('constraint people_email_key');
    expect(inspect(failure)).not.toContain('somebody');
  });

  it('says nothing of the password where that is wrong', async () => {
    const address = new URL(await freshPostgres());
    address.password = 'opensesame';
    const failure = await on({ address: address.href }, (database) =>
      thrownBy(database.repeatable({ text: 'select 1' })),
    );
    expect(failure).toMatchObject({ name: 'PostgresFailure', kind: 'other', code: '28P01' });
    expect(inspect(failure)).not.toContain('opensesame');
  });

  it('undoes its transaction, and the connection serves on', async () => {
    const rows = await on({ maxConnections: 1 }, async (database) => {
      await database.repeatable({ text: 'create table boxes (id integer)' });
      await expect(
        database.transaction(async (client) => {
          await client.query('insert into boxes values (1)');
          throw new Error('halfway');
        }),
      ).rejects.toThrow('halfway');
      return database.repeatable({ text: 'select * from boxes' });
    });
    expect(rows).toStrictEqual([]);
  });
});

describe('a connection that is lost', () => {
  const killing = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'to be killed' and pid <> pg_backend_pid()`;

  it('is replaced, and its statement repeated', async () => {
    const address = await freshPostgres();
    await on({ address, name: 'to be killed', maxConnections: 1 }, async (database) => {
      const waiting = database.repeatable({ text: 'select pg_advisory_lock(1), 7 as seven' });
      await on({ address, name: 'killer' }, async (killer) => {
        for (let killed = 0; killed === 0;) {
          killed = (await killer.repeatable({ text: killing })).length;
        }
      });
      expect(await waiting).toMatchObject([{ seven: 7 }]);
    });
  });

  it('is given up where none comes within the time for it', async () => {
    const failure = await on(
      { address: `postgres://u:p@${encodeURIComponent('/nowhere')}/db`, patience: 100 },
      (database) => thrownBy(database.repeatable({ text: 'select 1' })),
    );
    expect(failure).toMatchObject({ name: 'PostgresFailure', kind: 'lost', code: 'ENOENT' });
  });

  it('is not asked for after closing', async () => {
    const database = new PostgresDatabase({ address: await freshPostgres(), name: 'closing' });
    await database.close();
    await database.close();
    await expect(database.repeatable({ text: 'select 1' })).rejects.toThrow('the store is closed');
    await expect(database.connect()).rejects.toThrow('the store is closed');
  });
});
