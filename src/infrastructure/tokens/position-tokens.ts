import type { Position } from '../../application/ports/event-store.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Sealer } from '../keys/sealer.js';

/**
 * Positions as callers see them: sealed, so that they tell nobody how many events there are, and per relying party,
 * so that one is worth nothing to another. Only a position that was given out can be shown.
 */
export class PositionTokens {
  constructor(private readonly sealer: Sealer) {}

  issue(rp: RelyingPartySlug, position: Position): string {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(position);
    return Buffer.from(this.sealer.seal(contextOf(rp), bytes)).toString('base64url');
  }

  /** Undefined where it was altered, or given out to another relying party. */
  read(rp: RelyingPartySlug, token: string): Position | undefined {
    try {
      return Buffer.from(this.sealer.open(contextOf(rp), Buffer.from(token, 'base64url'))).readDoubleBE();
    } catch {
      return undefined;
    }
  }
}

function contextOf(rp: RelyingPartySlug): string {
  return `position|${rp}`;
}
