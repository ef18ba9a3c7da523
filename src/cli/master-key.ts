import { resolve } from 'node:path';
import { Command } from 'commander';
import { replaceMasterKey } from '../infrastructure/keys/given-master-key.js';
import { WrongMasterKey } from '../infrastructure/keys/keyring-errors.js';
import { MasterKey } from '../infrastructure/keys/master-key.js';
import { SqliteKeyring } from '../infrastructure/keys/sqlite-keyring.js';
import { Opened } from '../infrastructure/opened.js';
import { acquireFolderLock } from '../infrastructure/sqlite/folder-lock.js';
import { clusterStores } from './cluster.js';
import { DATA_FOLDER, existingFileIn, givenMasterKey, masterKeyOf } from './data-folder.js';

interface Changeable {
  changeMasterKey(to: MasterKey): Promise<boolean>;
}

/** The key that opens the root key. */
export function masterKeyCommand(): Command {
  const masterKey = new Command('master-key').description('the key that opens what the service keeps');

  masterKey
    .command('change')
    .description(
      'Has a new master key open what the service keeps, and the present one no longer. Reads the present one as the service does, and the new one from LATCHKEY_NEW_MASTER_KEY or LATCHKEY_NEW_MASTER_KEY_FILE. A data folder’s service is stopped; a cluster’s processes go on, and are restarted with the new one in turn. It may be repeated.',
    )
    .option(...DATA_FOLDER)
    .action(async ({ data }: { data: string }) => {
      const next = givenMasterKey('LATCHKEY_NEW_MASTER_KEY');
      if (next === undefined) {
        throw new Error(
          'give the new master key in LATCHKEY_NEW_MASTER_KEY or LATCHKEY_NEW_MASTER_KEY_FILE, as `openssl rand -base64 32` prints one',
        );
      }
      const to = new MasterKey(next);
      const changed = await withKeyring(data, [masterKeyOf(data), to], (keyring) =>
        keyring.changeMasterKey(to),
      );
      // Where no other was named, the service goes by the one in its folder.
      if (givenMasterKey('LATCHKEY_MASTER_KEY') === undefined)
        replaceMasterKey(existingFileIn(data, 'masterKey'), next);
      process.stdout.write(
        changed
          ? 'the master key is changed: start every process with the new one from now on\n'
          : 'it is the master key already: nothing was changed\n',
      );
    });

  return masterKey;
}

/** @param keys the second is tried where the first is wrong: the change may have been made by an attempt that could not say so */
async function withKeyring<Result>(
  folder: string,
  [present, next]: readonly [MasterKey, MasterKey],
  work: (keyring: Changeable) => Promise<Result>,
): Promise<Result> {
  const opened = new Opened();
  try {
    const open = keyringOf(folder, opened);
    const keyring = await open(present).catch((failure: unknown) => {
      if (!(failure instanceof WrongMasterKey)) throw failure;
      return open(next).catch(() => Promise.reject(failure));
    });
    return await work(keyring);
  } finally {
    await opened.close();
  }
}

/** Of the cluster that the environment names, else of a folder that nobody else has. */
function keyringOf(folder: string, opened: Opened): (key: MasterKey) => Promise<Changeable> {
  const cluster = clusterStores();
  if (cluster !== null) return async (key) => opened.closing(await cluster.keyring(key));
  const file = existingFileIn(folder, 'keys');
  opened.with(acquireFolderLock(resolve(folder)), (lock) => lock.release());
  return (key) => new Promise((open) => open(opened.closing(new SqliteKeyring(file, key))));
}
