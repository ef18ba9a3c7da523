import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';

/** Who read the history of a relying party: one stream for each of them, apart from all accounts. */
export function auditStream(rp: RelyingPartySlug): string {
  return `audit-${rp}.reads`;
}

/** `account-ref-` before `account-`: the longer name is tried first. Slugs hold no dot, and none begins with `ref-`. */
const KINDS = ['account-ref', 'account', 'identifier', 'erasure', 'audit'] as const;
const OF_RELYING_PARTIES = new RegExp(`^(?:${KINDS.join('|')})-(?<rp>[a-z][a-z0-9-]*)\\.`, 'u');

/**
 * Whose log a stream's events belong to. A credential's claim belongs to nobody's: its stream is of a WebAuthn RP ID, which
 * several products may share, and what it claims stands in the account's own `PasskeyRegistered`.
 */
export function relyingPartyOfStream(stream: string): RelyingPartySlug | undefined {
  const slug = OF_RELYING_PARTIES.exec(stream)?.groups?.['rp'];
  return slug === undefined ? undefined : as(slug);
}

/** How the streams begin that a relying party's log is made of. */
export function streamPrefixesOf(rp: RelyingPartySlug): readonly string[] {
  return KINDS.map((kind) => `${kind}-${rp}.`);
}
