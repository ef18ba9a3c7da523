import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Scope } from '../infrastructure/service/api-keys.js';
import { ApiKeys, SCOPES } from '../infrastructure/service/api-keys.js';
import { DATA_FOLDER, existingFileIn, fileIn } from './data-folder.js';
import { withServiceStores } from './service-stores.js';

/** API keys: made, listed, revoked. A running service goes by them at once. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('API keys of backends');

  keys
    .command('create')
    .description('Makes a key and prints its secret, which is shown this once.')
    .requiredOption('--rp <slug>', 'the relying party it is for, e.g. mpchat')
    .requiredOption('--scopes <list>', `comma-separated: ${SCOPES.join(', ')}`)
    .option('--label <text>', 'what it is for', '')
    .option(...DATA_FOLDER)
    .action(async (options: { rp: string; scopes: string; label: string; data: string }) => {
      const scopes = scopesOf(options.scopes);
      if (!/^[a-z][a-z0-9-]*$/u.test(options.rp))
        throw new Error(`${options.rp} is not a relying party's slug`);
      // Keys may be made before the first start, so that a deployment can be prepared.
      const file = (): string => {
        mkdirSync(resolve(options.data), { recursive: true, mode: 0o700 });
        return fileIn(options.data, 'service');
      };
      await withKeys(file, async (store) => {
        const made = await store.create(options.rp, scopes, options.label, Date.now());
        process.stderr.write(`key ${made.keyId} for ${options.rp}: ${scopes.join(', ')}\n`);
        process.stdout.write(`${made.secret}\n`);
      });
    });

  keys
    .command('list')
    .description('Lists the keys that are accepted; no secret is kept to be shown.')
    .option(...DATA_FOLDER)
    .action(async (options: { data: string }) => {
      await withKeys(
        () => existingFileIn(options.data, 'service'),
        async (store) => {
          for (const key of await store.list()) {
            const made = new Date(key.createdAt).toISOString();
            process.stdout.write(`${key.keyId}  ${made}  ${key.rp}  ${key.scopes.join(',')}  ${key.label}\n`);
          }
        },
      );
    });

  keys
    .command('revoke')
    .description('Refuses a key from now on.')
    .argument('<key id>', 'as `list` shows it')
    // One in 64 begins with a hyphen.
    .allowUnknownOption()
    .option(...DATA_FOLDER)
    .action(async (keyId: string, options: { data: string }) => {
      await withKeys(
        () => existingFileIn(options.data, 'service'),
        async (store) => {
          if (!(await store.revoke(keyId, Date.now()))) throw new Error(`there is no key ${keyId}`);
          process.stdout.write(`revoked ${keyId}\n`);
        },
      );
    });

  return keys;
}

function scopesOf(list: string): readonly Scope[] {
  const named = list.split(',').map((scope) => scope.trim());
  const unknown = named.filter((scope) => !SCOPES.some((known) => known === scope));
  if (unknown.length > 0)
    throw new Error(`no such scope: ${unknown.join(', ')}; there are ${SCOPES.join(', ')}`);
  return SCOPES.filter((scope) => named.includes(scope));
}

function withKeys(file: () => string, work: (keys: ApiKeys) => Promise<void>): Promise<void> {
  return withServiceStores(file, ({ apiKeys }) => work(new ApiKeys(apiKeys)));
}
