import type { CeremonyGate } from '../../application/ports/ceremony-gate.js';
import type { EphemeralStore } from '../../application/ports/ephemeral-store.js';
import type { Instant } from '../../domain/kernel/time.js';

/** The gate of all processes that share an ephemeral store. */
export class SharedCeremonyGate implements CeremonyGate {
  constructor(private readonly ephemeral: EphemeralStore) {}

  enter(fingerprint: string, owner: string, expiresAt: Instant): Promise<boolean> {
    return this.ephemeral.take(`ceremony|${fingerprint}`, owner, expiresAt);
  }
}
