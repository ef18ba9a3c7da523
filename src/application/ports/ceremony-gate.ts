import type { Instant } from '../../domain/kernel/time.js';

/**
 * Lets the first answer to a ceremony through, right or wrong, and none after it, whichever account it names. It forgets with
 * the process or the server that keeps it: that no passkey's use counts twice is made sure of by the account's own stream.
 */
export interface CeremonyGate {
  /** True for the first owner, and for the same owner again, so that a retried command goes on. */
  enter(fingerprint: string, owner: string, expiresAt: Instant): Promise<boolean>;
}

export const CEREMONY_GATE = Symbol('CeremonyGate');
