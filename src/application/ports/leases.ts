import type { Duration } from '../../domain/kernel/time.js';

/**
 * Who of several processes does a thing that one at a time may do. A lease ends by itself when it isn't renewed; whoever held it may
 * not know yet, so that the lease alone protects nothing: its token does. A holder records its token, before anything else
 * and in the place that it writes to, where only one above the token there is accepted; and each write there is made in one
 * transaction with the proof that this token still stands. Whoever comes later has a greater one.
 */
export interface Leases {
  /**
   * @param owner of this run of a process: random, never the same again
   * @param lifetime how long it is held unless renewed, by the clock of whoever keeps the leases alone
   * @param above the token that stands where the holder will write: leases that were lost begin above it, too
   * @returns the token; to the same owner the same one, and the lease renewed; undefined where another one holds it
   * @throws Unavailable
   */
  acquire(name: string, owner: string, lifetime: Duration, above: number): Promise<number | undefined>;
  /** @returns false where the lease is held no more: whoever held it stops, and may acquire anew. @throws Unavailable */
  renew(name: string, owner: string, lifetime: Duration): Promise<boolean>;
  /** Lets the next one have it at once. Does nothing where it is held no more. @throws Unavailable */
  release(name: string, owner: string): Promise<void>;
}

export const LEASES = Symbol('Leases');
