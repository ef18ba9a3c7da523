import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { exportEventsCommand, importEventsCommand } from '../../src/cli/events.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import type { OpenTarget } from '../support/migration-targets.js';
import { TARGET_NAMES, TARGETS } from '../support/migration-targets.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { Person } from '../support/journeys.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ROOT = '[A-Za-z0-9+/]{43}=';

describe('latchkey export-events, import-events', () => {
  let server: RunningServer;
  let file: string;
  let printed: string[];
  let complained: string[];

  beforeAll(async () => {
    server = await runServer();
    await new Person(server, 'mpchat').enrol();
  });

  afterAll(() => server.close());

  beforeEach(() => {
    file = join(temporaryFolder(), 'events.ndjson');
    printed = [];
    complained = [];
    const into = (lines: string[]) => (text: unknown) => lines.push(String(text)) > 0;
    jest.spyOn(process.stdout, 'write').mockImplementation(into(printed));
    jest.spyOn(process.stderr, 'write').mockImplementation(into(complained));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const exported = (data = server.dataFolder) =>
    exportEventsCommand().parseAsync(['--out', file, '--data', data], { from: 'user' });
  const imported = (...options: readonly string[]) =>
    importEventsCommand().parseAsync(['--in', file, ...options], { from: 'user' });

  it('says what it wrote, and that a service was at it', async () => {
    await exported();
    expect(printed).toStrictEqual([
      expect.stringMatching(`^mpchat  \\d+ events  root ${ROOT}\n$`),
      expect.stringMatching(`^\\d+ events of development are in ${file}\n$`),
    ]);
    expect(complained).toStrictEqual([
      'the service is running: what it records from now on is not in this file\n',
    ]);
  });

  it('keeps a service that is stopped from starting meanwhile', async () => {
    const folder = temporaryFolder();
    const another = await runServer({ settings: { dataFolder: folder } });
    await another.close();
    const store = SqliteEventStore.open(join(folder, 'events.sqlite'));
    const event = { eventId: randomUUID(), type: 'AccountEnrolled', body: Buffer.from('{}') };
    await store.append('account-mpchat.a', [event], 'no-stream');
    store.close();
    const exporting = exported(folder);
    await expect(runServer({ settings: { dataFolder: folder } })).rejects.toThrow(
      'in use by another process',
    );
    await exporting;
    expect(complained).toStrictEqual([]);
    await (await runServer({ settings: { dataFolder: folder } })).close();
  });

  it('refuses a folder that is none, and makes no file', async () => {
    await expect(exported(join(server.dataFolder, 'nowhere'))).rejects.toThrow(
      'is no data folder of Latchkey',
    );
    expect(existsSync(file)).toBe(false);
  });

  it('refuses to import into no place', async () => {
    await exported();
    await expect(imported()).rejects.toThrow('say where to: --to, LATCHKEY_EVENTSTOREDB_URL');
    await expect(imported('--to', 'postgres://name:secret@elsewhere.example/events')).rejects.toThrow(
      /^the address of the PostgreSQL database needs sslmode=verify-full/u,
    );
  });

  describe.each(TARGET_NAMES)('into %s', (name) => {
    let target: OpenTarget;

    beforeEach(async () => {
      target = await TARGETS[name]();
    });

    afterEach(() => target.close());

    it('says of each product what was exported and what was read back', async () => {
      await exported();
      printed.length = 0;
      await imported(...target.options);
      await imported(...target.options);
      const log = expect.stringMatching(
        `^mpchat  exported (\\d+) events, root (${ROOT})  read back \\1 events, root \\2  equal\n$`,
      );
      const [total] = printed[1]?.split(' ') ?? [];
      expect(printed).toStrictEqual([
        log,
        `${total} events are in the store, 0 of them from before, and every one was read back\n`,
        log,
        `${total} events are in the store, ${total} of them from before, and every one was read back\n`,
      ]);
    });
  });

  it('fails where the store gives back another event than it was given, and says which', async () => {
    await exported();
    const target = await TARGETS.PostgreSQL();
    const [, address = ''] = target.options;
    await alterBodies(address, 2);
    printed.length = 0;
    const importing = imported('--to', address);
    await expect(importing).rejects.toThrow(
      'what was read back is not what was exported: the log of mpchat is another, and event 2 is the first that differs',
    );
    expect(printed).toStrictEqual([
      expect.stringMatching(
        `^mpchat  exported \\d+ events, root ${ROOT}  read back \\d+ events, root ${ROOT}  DIFFERENT\n$`,
      ),
    ]);
    await target.close();
  });
});

/** A database that keeps something else than it was given at a position. */
async function alterBodies(address: string, position: number): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  await client.query(`
    create function events.alter_body() returns trigger language plpgsql as $$
      begin new.body := set_byte(new.body, 20, get_byte(new.body, 20) # 1); return new; end $$;
    create trigger altering before insert on events.recorded for each row
      when (new.position = ${position}) execute function events.alter_body()`);
  await client.end();
}
