import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { PROJECTIONS } from '../application/projections/projections.js';
import type { AccountEvent } from '../domain/account/events.js';
import { ACCOUNT_EVENTS } from '../infrastructure/codec/account-events.js';
import { CanonicalEventCodec } from '../infrastructure/codec/event-codec.js';
import { SqliteEventStore } from '../infrastructure/event-store/sqlite/sqlite-event-store.js';
import { SqliteKeyring } from '../infrastructure/keys/sqlite-keyring.js';
import { rebuild } from '../infrastructure/read-models/rebuild.js';
import { DATA_FOLDER, existingFileIn, keyMaterial } from './data-folder.js';

/** Read models: rebuilt from the events beside the live ones, and swapped in. The service may be running. */
export function projectionsCommand(): Command {
  const projections = new Command('projections').description('Read models');
  projections
    .command('rebuild')
    .description('Rebuilds a read model from the first event on, beside the live one, and swaps it in.')
    .argument('<name>', `one of ${PROJECTIONS.map(({ name }) => name).join(', ')}`)
    .option(...DATA_FOLDER)
    .action(async (name: string, { data }: { data: string }) => {
      const events = SqliteEventStore.open(existingFileIn(data, 'events'));
      const keyring = new SqliteKeyring(existingFileIn(data, 'keys'), keyMaterial(data));
      const bar = new SingleBar({
        format: `${name} [{bar}] {percentage}% | {value}/{total} events | {perSecond}/s`,
        hideCursor: true,
      });
      try {
        bar.start(1, 0, { perSecond: 0 });
        const generation = await rebuild({
          file: existingFileIn(data, 'readModels'),
          name,
          events,
          codec: new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS),
          keyring,
          onProgress: ({ done, total, perSecond }) => {
            bar.setTotal(Math.max(1, total));
            bar.update(done, { perSecond: Math.round(perSecond) });
          },
        });
        bar.stop();
        process.stdout.write(`${name} is rebuilt and live, as of event ${generation.position}\n`);
      } finally {
        bar.stop();
        keyring.close();
        events.close();
      }
    });
  return projections;
}
