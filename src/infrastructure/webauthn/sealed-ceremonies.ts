import type { Ceremonies, Ceremony, CeremonyKind, CeremonyOf } from '../../application/ports/webauthn.js';
import { as, type CeremonyId, type RelyingPartySlug } from '../../domain/kernel/ids.js';
import { randomOf } from '../keys/random.js';
import { sha256 } from './authenticator-data.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';

const CHALLENGE_BYTES = 32;
const FINGERPRINT_BYTES = 16;

/** Authenticated encryption under a key of the service. `open` throws where the bytes or the context are not those sealed. */
export interface CeremonySealer {
  seal(context: string, plain: Uint8Array): Uint8Array;
  open(context: string, sealed: Uint8Array): Uint8Array;
}

export class SealedCeremonies implements Ceremonies {
  constructor(private readonly sealer: CeremonySealer) {}

  newChallenge(): string {
    return randomOf(CHALLENGE_BYTES).toString('base64url');
  }

  open(ceremony: Ceremony): CeremonyId {
    return as(
      encodeBase64url(this.sealer.seal(contextOf(ceremony.rp), Buffer.from(JSON.stringify(ceremony)))),
    );
  }

  read<Kind extends CeremonyKind>(
    id: string,
    rp: RelyingPartySlug,
    kind: Kind,
  ): CeremonyOf<Kind> | undefined {
    const ceremony = this.readAny(id, rp);
    return ceremony !== undefined && isOfKind(ceremony, kind) ? ceremony : undefined;
  }

  readAny(id: string, rp: RelyingPartySlug): Ceremony | undefined {
    // Another spelling of the same bytes would have another fingerprint, and so be taken a second time.
    const sealed = decodeBase64url(id);
    const plain = sealed && this.#unseal(sealed, rp);
    // What was sealed was written here, by this version.
    return plain && (JSON.parse(Buffer.from(plain).toString()) as Ceremony);
  }

  fingerprint(id: CeremonyId): string {
    return encodeBase64url(sha256(id).subarray(0, FINGERPRINT_BYTES));
  }

  #unseal(sealed: Uint8Array, rp: RelyingPartySlug): Uint8Array | undefined {
    try {
      return this.sealer.open(contextOf(rp), sealed);
    } catch {
      return undefined;
    }
  }
}

/** The version is part of the context: a release that changes the shape reads no ceremony of the one before. */
function contextOf(rp: RelyingPartySlug): string {
  return `ceremony-1/${rp}`;
}

function isOfKind<Kind extends CeremonyKind>(ceremony: Ceremony, kind: Kind): ceremony is CeremonyOf<Kind> {
  return ceremony.kind === kind;
}
