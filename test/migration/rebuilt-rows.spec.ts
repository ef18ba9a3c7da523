import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Keyring } from '../../src/application/ports/keyring.js';
import type { ReadModels } from '../../src/application/ports/read-models.js';
import type { Row, Table } from '../../src/application/projections/projection.js';
import { EventBatches } from '../../src/application/projections/event-batch.js';
import { ProjectionProgress } from '../../src/application/projections/projection-progress.js';
import { ProjectionRunner } from '../../src/application/projections/projection-runner.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { PostgresKeyring } from '../../src/infrastructure/keys/postgres-keyring.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { exportEvents } from '../../src/infrastructure/migration/export-events.js';
import { exportKeys } from '../../src/infrastructure/migration/export-keys.js';
import { importEvents } from '../../src/infrastructure/migration/import-events.js';
import { importKeys } from '../../src/infrastructure/migration/import-keys.js';
import { openStore } from '../../src/infrastructure/postgres/open-store.js';
import type { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { READ_MODELS_LAYOUT } from '../../src/infrastructure/read-models/postgres/layout.js';
import { PostgresProjectionStore } from '../../src/infrastructure/read-models/postgres/postgres-projection-store.js';
import { PostgresReadModels } from '../../src/infrastructure/read-models/postgres/postgres-read-models.js';
import { ReadModelsConnection } from '../../src/infrastructure/read-models/sqlite/connection.js';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { RankedPositions } from '../contract/ranked-positions.js';
import { eventually } from '../support/eventually.js';
import type { LivedFolder } from '../support/lived-folder.js';
import { livedFolder } from '../support/lived-folder.js';
import type { OpenTarget } from '../support/migration-targets.js';
import { TARGET_NAMES, TARGETS } from '../support/migration-targets.js';
import { freshPostgres } from '../support/postgres-server.js';
import { SILENT } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ENVIRONMENT = 'development';

/**
 * Sealed anew with each build: what is compared of it is whether it is there, and how long it is. The log's hashes are not sealed.
 * JSON is compared for what it says, for the databases write it otherwise.
 */
function comparable(row: Row): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (!(value instanceof Uint8Array)) return [name, /^[[{]/u.test(String(value)) ? parsed(value) : value];
      return [name, name === 'hashes' ? Buffer.from(value).toString('hex') : value.length];
    }),
  );
}

const parsed = (value: unknown): unknown => JSON.parse(String(value));

/** What was counted and taken back at once is counted nowhere; taken back later it leaves a row that says nothing. */
const says = (row: Row): boolean => row['count'] !== 0;

async function rowsOf(readModels: ReadModels, projection: string, { name, primaryKey }: Table) {
  const rows = await readModels.list(projection, { table: name, where: {}, orderBy: [...primaryKey] });
  return rows.filter(says).map(comparable);
}

describe('the read models of a data folder that was moved', () => {
  let lived: LivedFolder;
  let folder: string;
  let master: MasterKey;
  let connection: ReadModelsConnection;
  let before: SqliteReadModels;

  beforeAll(async () => {
    lived = await livedFolder();
    folder = temporaryFolder();
    master = new MasterKey(loadOrCreateMasterKey(lived.file('masterKey')));
    const events = SqliteEventStore.open(lived.file('events'));
    const keyring = new SqliteKeyring(lived.file('keys'), master);
    const to = (file: string) => ({ environment: ENVIRONMENT, file: join(folder, file) });
    await exportEvents(events, to('events'));
    await exportKeys(keyring, to('keys'));
    keyring.close();
    events.close();
    connection = new ReadModelsConnection(lived.file('readModels'));
    before = new SqliteReadModels(connection, PROJECTIONS, new ProjectionProgress());
  }, 60_000);

  afterAll(() => connection.close());

  describe.each(TARGET_NAMES)('to %s', (name) => {
    let target: OpenTarget;
    let keyring: PostgresKeyring;
    let rows: PostgresDatabase;
    let after: PostgresReadModels;

    beforeAll(async () => {
      target = await TARGETS[name]();
      await importEvents(join(folder, 'events'), target);
      const address = await freshPostgres();
      const options = { address, name: 'rows spec' };
      await importKeys(join(folder, 'keys'), master, (sealedRootKey) =>
        PostgresKeyring.open({ ...options, sealedRootKey }, master),
      );
      keyring = await PostgresKeyring.open(options, master);
      rows = await openStore({ address, name: 'rows spec' }, READ_MODELS_LAYOUT);
      after = new PostgresReadModels(rows, PROJECTIONS, new ProjectionProgress());
      await build(new RankedPositions(target.events), keyring, rows);
    }, 60_000);

    afterAll(async () => {
      await keyring.close();
      await rows.close();
      await target.close();
    });

    it.each(PROJECTIONS.map((projection) => projection.name))(
      'has the same rows in %s',
      async (projection) => {
        const tables = PROJECTIONS.find((each) => each.name === projection)?.tables ?? [];
        for (const table of tables) {
          const moved = await rowsOf(after, projection, table);
          expect(moved).toStrictEqual(await rowsOf(before, projection, table));
        }
      },
    );

    it('opens nothing any more of those that were erased', async () => {
      expect(lived.erased).toHaveLength(2);
      for (const subject of lived.erased) expect(await keyring.isDestroyed(subject)).toBe(true);
    });
  });
});

/** As a projector does at its first start. */
async function build(events: EventStore, keyring: Keyring, rows: PostgresDatabase): Promise<void> {
  const store = new PostgresProjectionStore(rows);
  const sources = { events, batches: new EventBatches(accountEventCodec(), keyring), store };
  const runner = new ProjectionRunner(PROJECTIONS, sources, new ProjectionProgress(), SILENT);
  await runner.start();
  const head = await events.head();
  await eventually(async () => (await runner.report()).every(({ position }) => position === head));
  await runner.stop();
}
