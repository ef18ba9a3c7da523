import { resolve } from 'node:path';
import { Command } from 'commander';
import { PostgresKeyring } from '../infrastructure/keys/postgres-keyring.js';
import { SqliteKeyring } from '../infrastructure/keys/sqlite-keyring.js';
import { environmentOfFolder } from '../infrastructure/migration/environment-of-folder.js';
import { exportKeys } from '../infrastructure/migration/export-keys.js';
import { importKeys } from '../infrastructure/migration/import-keys.js';
import { acquireFolderLock } from '../infrastructure/sqlite/folder-lock.js';
import { DATA_FOLDER, existingFileIn, masterKeyOf } from './data-folder.js';
import { keysAddress, TO_KEYS } from './targets.js';

/** The accounts' keys of a data folder into a file, wrapped as they are. The service is stopped. */
export function exportKeysCommand(): Command {
  return new Command('export-keys')
    .description(
      'Writes the accounts’ keys of a stopped service to a file, wrapped as they are, and the root key under the master key. Keep it apart from the events, and destroy it when it was imported: an account that is erased later can be read with it.',
    )
    .requiredOption('--out <file>', 'made for its owner only; one that is there is not written over')
    .option(...DATA_FOLDER)
    .action(async ({ data, out }: { data: string; out: string }) => {
      const file = existingFileIn(data, 'keys');
      // A key that is destroyed meanwhile would be in the file.
      const lock = acquireFolderLock(resolve(data));
      try {
        const keyring = new SqliteKeyring(file, masterKeyOf(data));
        try {
          const environment = environmentOfFolder(existingFileIn(data, 'service'));
          const { destroyed, records } = await exportKeys(keyring, { environment, file: out });
          process.stdout.write(`${records} keys are in ${out}, ${destroyed} of them destroyed\n`);
        } finally {
          keyring.close();
        }
      } finally {
        lock.release();
      }
    });
}

/** The keys of a file into the key store of a cluster. */
export function importKeysCommand(): Command {
  return new Command('import-keys')
    .description(
      'Keeps the keys of an export in the key store of a cluster, under the same root key, and reads them back. A key that is destroyed in either stays destroyed. It may be repeated.',
    )
    .requiredOption('--in <file>', 'as `export-keys` wrote it')
    .option(...TO_KEYS)
    .option(...DATA_FOLDER)
    .action(async (options: { in: string; to?: string; data: string }) => {
      const address = keysAddress(options.to);
      const master = masterKeyOf(options.data);
      const { destroyed, keys: count } = await importKeys(options.in, master, (sealedRootKey) =>
        PostgresKeyring.open({ address, name: 'latchkey import', sealedRootKey }, master),
      );
      process.stdout.write(
        `${count} keys are in the key store, ${destroyed} of them destroyed, and every one was read back\n`,
      );
    });
}
