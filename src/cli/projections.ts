import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { PROJECTIONS } from '../application/projections/projections.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { Keyring } from '../application/ports/keyring.js';
import type { ProjectionStore } from '../application/ports/projection-store.js';
import { accountEventCodec } from '../infrastructure/codec/event-codec.js';
import { SqliteEventStore } from '../infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SqliteKeyring } from '../infrastructure/keys/sqlite-keyring.js';
import { rebuildIn } from '../infrastructure/read-models/rebuild.js';
import { ReadModelsConnection } from '../infrastructure/read-models/sqlite/connection.js';
import { SqliteProjectionStore } from '../infrastructure/read-models/sqlite/sqlite-projection-store.js';
import { PostgresProjectionStore } from '../infrastructure/read-models/postgres/postgres-projection-store.js';
import { Opened } from '../infrastructure/opened.js';
import { clusterStores } from './cluster.js';
import { DATA_FOLDER, existingFileIn, masterKeyOf } from './data-folder.js';

/** Read models: rebuilt from the events beside the live ones, and swapped in. The service may be running. */
export function projectionsCommand(): Command {
  const projections = new Command('projections').description('Read models');
  projections
    .command('rebuild')
    .description('Rebuilds a read model from the first event on, beside the live one, and swaps it in.')
    .argument('<name>', `one of ${PROJECTIONS.map(({ name }) => name).join(', ')}`)
    .option(...DATA_FOLDER)
    .action(async (name: string, { data }: { data: string }) => {
      const opened = new Opened();
      const bar = new SingleBar({
        format: `${name} [{bar}] {percentage}% | {value}/{total} events | {perSecond}/s`,
        hideCursor: true,
      });
      try {
        const { store, ...sources } = await openSources(data, opened);
        bar.start(1, 0, { perSecond: 0 });
        const generation = await rebuildIn(store, {
          name,
          ...sources,
          codec: accountEventCodec(),
          onProgress: ({ done, total, perSecond }) => {
            bar.setTotal(Math.max(1, total));
            bar.update(done, { perSecond: Math.round(perSecond) });
          },
        });
        bar.stop();
        process.stdout.write(`${name} is rebuilt and live, as of event ${generation.position}\n`);
      } finally {
        bar.stop();
        await opened.close();
      }
    });
  return projections;
}

interface Sources {
  readonly events: EventStore;
  readonly keyring: Keyring;
  readonly store: ProjectionStore;
}

async function openSources(folder: string, opened: Opened): Promise<Sources> {
  const cluster = clusterStores();
  const master = masterKeyOf(folder);
  if (cluster !== null) {
    return {
      events: opened.closing(await cluster.events()),
      keyring: opened.closing(await cluster.keyring(master)),
      store: new PostgresProjectionStore(opened.closing(await cluster.readModels())),
    };
  }
  return {
    events: opened.closing(SqliteEventStore.openMapped(existingFileIn(folder, 'events'))),
    keyring: opened.closing(new SqliteKeyring(existingFileIn(folder, 'keys'), master)),
    store: new SqliteProjectionStore(
      opened.closing(new ReadModelsConnection(existingFileIn(folder, 'readModels'))),
    ),
  };
}
