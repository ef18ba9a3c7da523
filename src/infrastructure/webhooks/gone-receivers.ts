import type { Instant } from '../../domain/kernel/time.js';

/** What a product's receiver takes. Stored, and a label of metrics: neither name changes. */
export const RECEIVER_KINDS = ['webhooks', 'security-events'] as const;
export type ReceiverKind = (typeof RECEIVER_KINDS)[number];

/** Where a product is told, as its policy has it. */
export interface ReceiverAddress {
  readonly rp: string;
  readonly takes: ReceiverKind;
  readonly url: string;
}

export interface GoneReceiver extends ReceiverAddress {
  readonly since: Instant;
}

/** Receivers that said they are gone: at most one of each kind for a product, that of its latest URL to say so. */
export interface GoneReceiverStore {
  list(): Promise<readonly GoneReceiver[]>;
  has(receiver: ReceiverAddress): Promise<boolean>;
  /** @returns false where it is known */
  add(receiver: GoneReceiver): Promise<boolean>;
  /** @returns false where none is kept */
  remove(rp: string, takes: ReceiverKind): Promise<boolean>;
}
