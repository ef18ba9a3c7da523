import { Inject, Injectable } from '@nestjs/common';
import { deliveryOf, NOTICE_DELIVERY } from '../notices/notice-jobs.js';
import { recipientAt } from '../notices/recipients.js';
import { ToldAccounts } from '../notices/told-accounts.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { Messenger } from '../ports/messaging.js';
import { MESSENGER } from '../ports/messaging.js';
import type { JobHandler } from './job-handler.js';

/** Sends one notice to one destination. */
@Injectable()
export class DeliverNotice implements JobHandler {
  readonly kind = NOTICE_DELIVERY;

  constructor(
    private readonly tales: ToldAccounts,
    @Inject(MESSENGER) private readonly messenger: Messenger,
  ) {}

  /** @throws MessageNotDelivered: whether it is tried again is the error's to say */
  async perform(job: Job): Promise<JobOutcome> {
    const delivery = deliveryOf(job);
    const { channel, index } = delivery;
    const tale = await this.tales.read(delivery);
    const notice = tale?.notices[index];
    const to = tale && recipientAt(tale.account, tale.found, delivery);
    if (tale === undefined || notice === undefined || to === undefined) return DONE;
    const { account, found, policy } = tale;
    await this.messenger.send({
      purpose: 'notice',
      id: job.id,
      rp: policy.slug,
      channel,
      to,
      notice,
      locale: account.locale ?? policy.texts.locale,
      at: found.event.at,
    });
    return DONE;
  }
}
