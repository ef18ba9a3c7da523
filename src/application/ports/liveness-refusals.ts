import { FOREIGN_ANSWERS } from '../../domain/account/decisions/record-liveness-verdict.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { UNUSABLE_ANSWERS } from './liveness.js';

/** Why what a provider answered to our own question completed nothing. */
export const ANSWER_REFUSALS = [...FOREIGN_ANSWERS, ...UNUSABLE_ANSWERS] as const;
export type AnswerRefusal = (typeof ANSWER_REFUSALS)[number];

/** Why what was sent to us unasked made us ask nothing. `product`: it takes no webhooks, or there is no such product. */
export const WEBHOOK_REFUSALS = ['product', 'signature', 'sandbox', 'malformed'] as const;
export type WebhookRefusal = (typeof WEBHOOK_REFUSALS)[number];

/** Where operators are told of what was not believed. Neither the account nor the person comes this way. */
export interface LivenessRefusals {
  answer(rp: RelyingPartySlug, reason: AnswerRefusal): void;
  /** @param rp null where the sender named no product of ours: what anybody may write is not repeated */
  webhook(rp: RelyingPartySlug | null, reason: WebhookRefusal): void;
}

/** Undefined for a rejection of anything but a provider's answer. */
export function answerRefusalOf({ code, details }: Rejection): AnswerRefusal | undefined {
  if (code !== 'liveness-answer-refused') return undefined;
  return ANSWER_REFUSALS.find((reason) => reason === details?.['reason']);
}

export const LIVENESS_REFUSALS = Symbol('LivenessRefusals');
