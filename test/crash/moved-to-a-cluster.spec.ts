import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import { PostgresEventStore } from '../../src/infrastructure/event-store/postgres/postgres-event-store.js';
import { collect, someEvents } from '../contract/event-store-samples.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { freshPostgres } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const LATCHKEY = resolve('bin/latchkey.js');
/** More than goes together into one transaction. */
const FURTHER_EVENTS = 2_000;
const LOCK = 4_711;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [LATCHKEY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LATCHKEY_MASTER_KEY: '', ...env },
  });
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  child.stderr.on('data', (text) => (said += String(text)));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, said }));
  return { child, ended };
}

const run = (...args: readonly string[]): Promise<Ended> => start(args).ended;

describe('a data folder that is moved to a cluster by the command line', () => {
  let data: string;
  let exports: string;
  let total: number;
  const file = (name: string): string => join(exports, `${name}.ndjson`);

  beforeAll(async () => {
    data = temporaryFolder();
    exports = temporaryFolder();
    const service = new KillableService(data, await freePort());
    await service.start();
    for (const id of ['ada', 'babbage']) {
      const body = { email: `${id}@example.com` };
      const path = `/v1/mpchat/accounts/${id}`;
      expect((await service.post('PUT', path, `enrol-${id}`, body))?.status).toBe(201);
    }
    expect((await service.post('DELETE', '/v1/mpchat/accounts/babbage', 'erase', {}))?.status).toBe(200);
    // How far the events were turned into jobs is to be moved along.
    await eventually(async () => {
      const { processes } = (await service.get('/health/ready')) as { processes: readonly { lag: number }[] };
      return processes.every(({ lag }) => lag === 0);
    });
    await service.kill();
    const store = SqliteEventStore.open(join(data, 'events.sqlite'));
    for (let at = 0; at < FURTHER_EVENTS; at += 2) {
      await store.append(`credential-of-a-test.${at}`, someEvents(2), 'no-stream');
    }
    total = await store.head();
    store.close();
  }, 60_000);

  it('is written to files', async () => {
    for (const what of ['events', 'keys', 'service', 'jobs']) {
      const ended = await run(`export-${what}`, '--data', data, '--out', file(what));
      expect(ended).toMatchObject({ code: 0 });
      expect(existsSync(file(what))).toBe(true);
    }
    expect(await run('export-events', '--data', data, '--out', file('events'))).toStrictEqual({
      code: 1,
      said: `${file('events')} is there already: it is not written over\n`,
    });
  }, 60_000);

  it('goes on with events where its import to PostgreSQL was killed, though the database finished alone', async () => {
    const address = await freshPostgres();
    const store = await PostgresEventStore.open({ address, name: 'spec' });
    const holder = new pg.Client({ connectionString: address });
    await holder.connect();
    // An append in the second window waits for a lock, until long after the one who asked for it is gone.
    await holder.query(`
      create function events.wait_here() returns trigger language plpgsql as $$
        begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$;
      create trigger waiting before insert on events.recorded for each row
        when (new.position = 1500) execute function events.wait_here();
      select pg_advisory_lock(${LOCK})`);
    const killed = start(['import-events', '--in', file('events')], { LATCHKEY_POSTGRES_URL: address });
    const isWaiting = `select from pg_locks where locktype = 'advisory' and not granted`;
    await eventually(async () => (await holder.query(isWaiting)).rowCount === 1);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toStrictEqual({ code: null, said: '' });
    const before = await store.head();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1_500);

    const second = start(['import-events', '--in', file('events')], { LATCHKEY_POSTGRES_URL: address });
    await eventually(async () => (await holder.query(isWaiting)).rowCount === 1);
    await holder.query(`select pg_advisory_unlock(${LOCK})`);
    const { code, said } = await second.ended;
    expect(said).toMatch(
      /mpchat {2}exported (\d+) events, root (\S+) {2}read back \1 events, root \2 {2}equal/u,
    );
    expect(said).toContain(`${total} events are in the store, ${before} of them from before`);
    expect(code).toBe(0);
    expect(await store.head()).toBe(total);
    await holder.end();
    await store.close();
  }, 60_000);

  it('goes on with events where its import to a double of EventStoreDB was killed', async () => {
    const double = await EventStoreDbDouble.start();
    double.faults.slow = 2;
    const to = double.connectionString;
    const into = ['import-events', '--in', file('events'), '--to', to, '--namespace', 'spec'];
    const killed = start(into);
    await eventually(() => (double.calls.get('append') ?? 0) > 20);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).code).toBeNull();
    double.faults.slow = 0;
    const store = new EventStoreDbEventStore({ connectionString: to, namespace: 'spec-' });
    const before = (await collect(store.readAll(0))).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(total);
    const { code, said } = await run(...into);
    expect(said).toContain(`${total} events are in the store, ${before} of them from before`);
    expect(code).toBe(0);
    await store.close();
    double.stop();
  }, 60_000);

  describe('whole', () => {
    let redis: RedisServer;

    beforeAll(async () => {
      redis = await RedisServer.start();
    });

    afterAll(() => redis.kill());

    it('is imported part by part, by the settings of the cluster', async () => {
      const env = {
        LATCHKEY_POSTGRES_URL: await freshPostgres(),
        LATCHKEY_REDIS_URL: redis.url,
        LATCHKEY_NAMESPACE: `spec-${randomUUID().slice(0, 8)}`,
        LATCHKEY_DATA: data,
      };
      const imported = (what: string) => start([`import-${what}`, '--in', file(what)], env).ended;
      expect(await imported('jobs')).toMatchObject({
        code: 1,
        said: expect.stringContaining('import them first'),
      });
      expect(await imported('events')).toMatchObject({ code: 0 });
      expect(await imported('keys')).toStrictEqual({
        code: 0,
        said: '2 keys are in the key store, 1 of them destroyed, and every one was read back\n',
      });
      expect(await imported('service')).toStrictEqual({
        code: 0,
        said: expect.stringMatching(/^api_keys {2}1 rows, as they are in the file\nsigning_keys {2}1 rows/u),
      });
      expect(await imported('jobs')).toStrictEqual({
        code: 0,
        said: expect.stringMatching(
          /^\d+ jobs go on, and [1-9] processes from where they were; 0 jobs stay given up\n$/u,
        ),
      });
    }, 60_000);
  });
});
