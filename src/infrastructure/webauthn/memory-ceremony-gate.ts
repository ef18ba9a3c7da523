import type { CeremonyGate } from '../../application/ports/ceremony-gate.js';
import type { Instant } from '../../domain/kernel/time.js';

/** The gate of one process. What has expired is let go of in the order it came, a little with each entry. */
export class MemoryCeremonyGate implements CeremonyGate {
  readonly #entered = new Map<string, { readonly owner: string; readonly expiresAt: Instant }>();

  constructor(private readonly now: () => Instant) {}

  enter(fingerprint: string, owner: string, expiresAt: Instant): Promise<boolean> {
    this.#letGo();
    const first = this.#entered.get(fingerprint);
    if (first !== undefined) return Promise.resolve(first.owner === owner);
    this.#entered.set(fingerprint, { owner, expiresAt });
    return Promise.resolve(true);
  }

  /** Two for each that comes, so that a backlog shrinks. */
  #letGo(): void {
    const now = this.now();
    let looked = 0;
    for (const [fingerprint, { expiresAt }] of this.#entered) {
      if (looked++ === 2 || expiresAt > now) return;
      this.#entered.delete(fingerprint);
    }
  }
}
