import type { StepUpMethod } from '../../domain/account/events.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { Instant } from '../../domain/kernel/time.js';

/**
 * How strongly somebody proved to be who they are, weakest first: a word of the product's, a code, and the two values of
 * OpenID Connect EAP ACR for what no phisher can pass on (`phrh` bound to hardware).
 */
const LEVELS = ['pwd', 'code', 'phr', 'phrh'] as const;
export type AuthenticationLevel = (typeof LEVELS)[number];

export function levelOf(methods: readonly StepUpMethod[]): AuthenticationLevel {
  if (methods.includes('passkey')) return 'phr';
  return methods.some((method) => method !== 'password') ? 'code' : 'pwd';
}

/** What an OAuth resource asks of a token (RFC 9470 §3). */
export interface AskedLevel {
  /** In order of preference; any one will do. */
  readonly acrValues: readonly string[];
  /** Seconds since the user was last seen to authenticate. */
  readonly maxAge: number | null;
}

export function satisfies(
  asked: AskedLevel,
  shown: { readonly level: AuthenticationLevel; readonly authenticatedAt: Instant },
  now: Instant,
): boolean {
  const strongEnough =
    asked.acrValues.length === 0 ||
    LEVELS.slice(0, LEVELS.indexOf(shown.level) + 1).some((level) => asked.acrValues.includes(level));
  const recentEnough = asked.maxAge === null || now - shown.authenticatedAt <= asked.maxAge * SECOND;
  return strongEnough && recentEnough;
}
