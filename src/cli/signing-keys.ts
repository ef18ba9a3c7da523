import { Command } from 'commander';
import type { SigningKeyStore } from '../infrastructure/tokens/signing-keys.js';
import { revokeSigningKey } from '../infrastructure/tokens/signing-keys.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import { withServiceKeys } from './service-stores.js';

/** The keys that tokens are signed with. They take turns by themselves; this is for one that may have leaked. */
export function signingKeysCommand(): Command {
  const keys = new Command('signing-keys').description('keys that tokens are signed with');

  keys
    .command('list')
    .description('Lists the published keys, the newest first.')
    .option(...DATA_FOLDER)
    .action(async (options: { data: string }) => {
      await withStore(options.data, async (store) => {
        for (const { createdAt, kid } of await store.list()) {
          process.stdout.write(`${kid}  ${new Date(createdAt).toISOString()}\n`);
        }
      });
    });

  keys
    .command('revoke')
    .description(
      'Destroys a key: within a minute no token that it signed is accepted, and another key signs.',
    )
    .argument('<kid>', 'as `list` and jwks.json show it')
    .option(...DATA_FOLDER)
    .action(async (kid: string, options: { data: string }) => {
      await withStore(options.data, async (store) => {
        if (!(await revokeSigningKey(store, kid))) throw new Error(`there is no signing key ${kid}`);
        process.stdout.write(`revoked ${kid}\n`);
      });
    });

  return keys;
}

function withStore(folder: string, work: (store: SigningKeyStore) => Promise<void>): Promise<void> {
  const file = (): string => existingFileIn(folder, 'service');
  return withServiceKeys(file, ({ signingKeys }) => work(signingKeys));
}
