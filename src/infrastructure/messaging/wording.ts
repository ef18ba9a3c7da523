import type { Channel, CodeUse, Notice } from '../../application/ports/messaging.js';
import type { Factor } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';

/** A code on its way, as words are made for it. */
export interface CodeTold {
  readonly product: string;
  readonly channel: Channel;
  readonly code: string;
  readonly use: CodeUse;
  /** At least 1. */
  readonly minutes: number;
}

/** What happened, as words are made for it. */
export interface NoticeTold {
  readonly notice: Notice;
  /** When it happened, in the product's time zone. */
  readonly when: string;
  /** Any other moment, in the same way. */
  readonly moment: (at: Instant) => string;
}

/** Everything that is said to account holders in one language. Nothing in it is safe from what users put in. */
export interface Wording {
  /** BCP 47, for dates and for the HTML of emails. */
  readonly language: string;
  code(told: CodeTold): { readonly subject: string; readonly text: string };
  /** Without the product's name: a subject, and one sentence of what happened. */
  notice(told: NoticeTold): { readonly subject: string; readonly happened: string };
  /** As a part of a sentence; null for a passkey whose name is not known. */
  passkey(name: string | null): string;
  factor(factor: Factor): string;
  /** Around the product's own sentence on what to do. */
  repudiation(instructions: string): string;
  /** What an email says besides, for it has room. */
  closing(product: string): string;
  /** Between the product's name and what it says. */
  readonly colon: string;
  /** Between sentences. */
  readonly space: string;
}
