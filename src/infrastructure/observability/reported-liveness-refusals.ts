import type { Logger } from 'pino';
import type {
  AnswerRefusal,
  LivenessRefusals,
  WebhookRefusal,
} from '../../application/ports/liveness-refusals.js';
import { ANSWER_REFUSALS, WEBHOOK_REFUSALS } from '../../application/ports/liveness-refusals.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { CommandMetrics } from './command-metrics.js';

/** The label of what named no product of ours. */
const NO_PRODUCT = '';

/** Counts refusals and puts each into the log. */
export class ReportedLivenessRefusals implements LivenessRefusals {
  /** @param products those that have resets */
  constructor(
    private readonly metrics: CommandMetrics,
    private readonly logger: Logger,
    products: readonly RelyingPartySlug[],
  ) {
    // A series that begins with its first refusal never rises, and what watches for a rise would miss that one.
    const { livenessRefusals } = metrics;
    livenessRefusals.inc({ source: 'webhook', rp: NO_PRODUCT, reason: 'product' }, 0);
    for (const rp of products) {
      for (const reason of ANSWER_REFUSALS) livenessRefusals.inc({ source: 'answer', rp, reason }, 0);
      for (const reason of WEBHOOK_REFUSALS) livenessRefusals.inc({ source: 'webhook', rp, reason }, 0);
    }
  }

  answer(rp: RelyingPartySlug, reason: AnswerRefusal): void {
    this.metrics.livenessRefusals.inc({ source: 'answer', rp, reason });
    this.logger.warn({ rp, reason }, 'an answer of the liveness provider was refused');
  }

  webhook(rp: RelyingPartySlug | null, reason: WebhookRefusal): void {
    this.metrics.livenessRefusals.inc({ source: 'webhook', rp: rp ?? NO_PRODUCT, reason });
    // Anybody may send one: like requests, they are left out of a log that is to hold warnings only.
    this.logger.info({ rp, reason }, 'a webhook of the liveness provider was refused');
  }
}
