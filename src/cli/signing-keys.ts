import { Command } from 'commander';
import { revokeSigningKey } from '../infrastructure/tokens/signing-keys.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';
import { withServiceStores } from './service-stores.js';

/**
 * The keys that tokens and security event tokens are signed with. They take turns by themselves; this is for one that may have leaked.
 */
export function signingKeysCommand(): Command {
  const keys = new Command('signing-keys').description('keys that tokens are signed with');

  keys
    .command('list')
    .description('Lists the published keys, the newest first.')
    .option(...DATA_FOLDER)
    .action(async (options: { data: string }) => {
      await withServiceStores(fileIn(options.data), async ({ eventSigningKeys, signingKeys }) => {
        for (const [store, what] of [
          [signingKeys, ''],
          [eventSigningKeys, '  security events'],
        ] as const) {
          for (const { createdAt, kid } of await store.list()) {
            process.stdout.write(`${kid}  ${new Date(createdAt).toISOString()}${what}\n`);
          }
        }
      });
    });

  keys
    .command('revoke')
    .description(
      'Destroys a key: within a minute no token that it signed is accepted, and another key signs.',
    )
    .argument('<kid>', 'as `list` and jwks.json show it')
    // One in 64 begins with a hyphen.
    .allowUnknownOption()
    .option(...DATA_FOLDER)
    .action(async (kid: string, options: { data: string }) => {
      await withServiceStores(fileIn(options.data), async ({ eventSigningKeys, signingKeys }) => {
        const revoked =
          (await revokeSigningKey(signingKeys, kid)) || (await revokeSigningKey(eventSigningKeys, kid));
        if (!revoked) throw new Error(`there is no signing key ${kid}`);
        process.stdout.write(`revoked ${kid}\n`);
      });
    });

  return keys;
}

function fileIn(folder: string): () => string {
  return () => existingFileIn(folder, 'service');
}
