import { Inject, Injectable } from '@nestjs/common';
import { HOUR, SECOND } from '../../domain/kernel/time.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import type { WebhookSender } from '../ports/webhooks.js';
import { WEBHOOK_SENDER } from '../ports/webhooks.js';
import { AnnouncedEvents } from '../webhooks/announced-events.js';
import type { Announcement } from '../webhooks/webhook-jobs.js';
import { announcementOf, WEBHOOK_DELIVERY } from '../webhooks/webhook-jobs.js';
import type { JobHandler } from './job-handler.js';

/** In ms. An erasure is a matter of a second, unless a read model has stopped. */
const ASK_AGAIN = 5 * SECOND;
/** After so long it has failed: it is tried as such, and then stays for an operator. */
const ERASURE_TAKES = HOUR;

export class ErasureUnfinished extends Error {
  readonly reason = 'the erasure that is to be told of is not finished';

  constructor() {
    super('the erasure that is to be told of is not finished');
    this.name = 'ErasureUnfinished';
  }
}

/** Sends one webhook to the product's backend. */
@Injectable()
export class DeliverWebhook implements JobHandler {
  readonly kind = WEBHOOK_DELIVERY;

  constructor(
    @Inject(POLICIES) private readonly policies: Policies,
    private readonly events: AnnouncedEvents,
    @Inject(WEBHOOK_SENDER) private readonly sender: WebhookSender,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws WebhookNotDelivered: whether it is tried again is the error's to say
   * @throws ErasureUnfinished
   */
  async perform(job: Job): Promise<JobOutcome> {
    const announcement = announcementOf(job);
    const { eventId, rp, source } = announcement;
    const policy = this.policies.find(rp);
    // Since it was asked for, the product may have stopped to want any.
    if (policy?.webhooks === undefined) return DONE;
    if ('receiptId' in source) {
      const webhook = await this.events.erased(rp, source.receiptId, eventId);
      if (webhook === undefined) return this.laterOrNever(announcement);
      await this.sender.send(policy, webhook);
      return DONE;
    }
    const webhook = await this.events.happened({ eventId, ...source });
    if (webhook !== undefined) await this.sender.send(policy, webhook);
    return DONE;
  }

  private laterOrNever({ at }: Announcement): JobOutcome {
    const now = this.clock.now();
    if (at < now - ERASURE_TAKES) throw new ErasureUnfinished();
    return { kind: 'again', at: now + ASK_AGAIN };
  }
}
