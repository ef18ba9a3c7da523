import type { Factor } from '../../domain/account/events.js';
import type { PasskeyId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Tokens } from '../ports/tokens.js';

/** The sign-in that something is asked for in the course of. */
export interface SignInBehind {
  /** Which factor proved it, which no step-up in its course is proven by again (invariant 12); null where a passkey did. */
  readonly factor: Factor | null;
  /** The passkey that proved it, where one did. */
  readonly passkeyId: PasskeyId | null;
  readonly securityEpoch: number;
}

/** Undefined for a token that doesn't hold, or is of another account. */
export async function signInBehind(
  tokens: Tokens,
  policy: RelyingParty,
  accountId: string,
  encoded: string,
  now: Instant,
): Promise<SignInBehind | undefined> {
  const token = await tokens.verify(encoded, policy.slug, now);
  if (token?.kind !== 'sign-in' || token.accountId !== accountId) return undefined;
  const factor = token.methods.find((method): method is Factor => method !== 'passkey') ?? null;
  return { factor, passkeyId: token.passkeyId, securityEpoch: token.securityEpoch };
}
