import { Command } from 'commander';
import { openServiceDatabase } from '../infrastructure/service/service-database.js';
import type { ServiceDatabase } from '../infrastructure/service/service-database.js';
import { listSigningKeys, revokeSigningKey } from '../infrastructure/tokens/signing-keys.js';
import { DATA_FOLDER, existingFileIn } from './data-folder.js';

/** The keys that tokens are signed with. They take turns by themselves; this is for one that may have leaked. */
export function signingKeysCommand(): Command {
  const keys = new Command('signing-keys').description('keys that tokens are signed with');

  keys
    .command('list')
    .description('Lists the published keys, the newest first.')
    .option(...DATA_FOLDER)
    .action((options: { data: string }) => {
      withDatabase(options.data, (database) => {
        for (const { createdAt, kid } of listSigningKeys(database)) {
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
    .action((kid: string, options: { data: string }) => {
      withDatabase(options.data, (database) => {
        if (!revokeSigningKey(database, kid)) throw new Error(`there is no signing key ${kid}`);
        process.stdout.write(`revoked ${kid}\n`);
      });
    });

  return keys;
}

function withDatabase(folder: string, work: (database: ServiceDatabase) => void): void {
  const database = openServiceDatabase(existingFileIn(folder, 'service'));
  try {
    work(database);
  } finally {
    database.close();
  }
}
