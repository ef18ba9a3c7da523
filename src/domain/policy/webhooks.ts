/**
 * What a product's backend can be told of. Published names: none is ever renamed or given another meaning, and the data that goes with
 * one only ever gains members.
 */
export const WEBHOOK_EVENTS = [
  'passkey.created',
  'passkey.renamed',
  'passkey.removed',
  'passkey.flagged',
  'passkey.suspended',
  'factors.changed',
  'factor.disabled',
  'factor.reinstated',
  'account.locked',
  'account.unlocked',
  'account.erased',
  'reset.requested',
  'reset.cancelled',
  'reset.rejected',
  'reset.expired',
  'reset.completed',
  'reset.disputed',
  'device.trusted',
  'device.removed',
  'sign_in.denied',
  'sign_in.recovery_started',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Where a product's backend is told what happens to its accounts. */
export interface WebhookPolicy {
  readonly url: string;
  /** Those that it wants to be told of; absent: all of them, and those that a later release adds. */
  readonly events?: readonly WebhookEvent[];
}

/** Where a receiver of security event tokens is told what changes how the product's accounts are proven. */
export interface SecurityEventPolicy {
  readonly url: string;
  /** `aud` of the tokens: what the receiver calls itself. */
  readonly audience: string;
}
