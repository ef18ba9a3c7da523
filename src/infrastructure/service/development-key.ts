import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../service.js';
import { ApiKeys, EVERY_RELYING_PARTY, SCOPES } from './api-keys.js';

/**
 * Development's key with every scope for every relying party: the one that was named, else the one made at the
 * folder's first start and kept in it.
 */
export async function developmentKey({ settings, tier, clock }: Service): Promise<string> {
  const keys = new ApiKeys(tier.apiKeys);
  const file = join(settings.dataFolder, 'development-api-key');
  const secret =
    settings.developmentApiKey ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);
  if (secret !== undefined) {
    await keys.accept(secret, EVERY_RELYING_PARTY, SCOPES, 'development', clock.now());
    return secret;
  }
  const made = await keys.create(EVERY_RELYING_PARTY, SCOPES, 'development', clock.now());
  writeFileSync(file, `${made.secret}\n`, { mode: 0o600 });
  return made.secret;
}
