import type { Factor } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Tokens } from '../ports/tokens.js';

/**
 * Which factor proved a sign-in, which no step-up in its course is proven by again (invariant 12); null where a passkey did.
 * Undefined for a token that doesn't hold, or is of another account.
 */
export async function signInFactorOf(
  tokens: Tokens,
  policy: RelyingParty,
  accountId: string,
  encoded: string,
  now: Instant,
): Promise<Factor | null | undefined> {
  const token = await tokens.verify(encoded, policy.slug, now);
  if (token?.kind !== 'sign-in' || token.accountId !== accountId) return undefined;
  return token.methods.find((method): method is Factor => method !== 'passkey') ?? null;
}
