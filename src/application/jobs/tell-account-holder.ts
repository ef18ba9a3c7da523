import { Inject, Injectable } from '@nestjs/common';
import { deliveryJob, eventAddressOf, NOTICE } from '../notices/notice-jobs.js';
import { NEWS_FOR } from '../notices/news.js';
import { recipientsOf } from '../notices/recipients.js';
import { ToldAccounts } from '../notices/told-accounts.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome, JobQueue } from '../ports/jobs.js';
import { DONE, JOB_QUEUE } from '../ports/jobs.js';
import type { JobHandler } from './job-handler.js';

/** Makes a delivery for each destination that is to be told of an event. */
@Injectable()
export class TellAccountHolder implements JobHandler {
  readonly kind = NOTICE;

  constructor(
    private readonly tales: ToldAccounts,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const address = eventAddressOf(job);
    const tale = await this.tales.read(address);
    const now = this.clock.now();
    if (tale === undefined || tale.found.event.at < now - NEWS_FOR) return DONE;
    const recipients = recipientsOf(tale.account, tale.found);
    const known = tale.found.factorChanges.length;
    const deliveries = tale.notices.flatMap((_notice, index) =>
      recipients.map(({ channel, source }) =>
        deliveryJob({ ...address, index, channel, source, known }, now),
      ),
    );
    await this.jobs.enqueue(deliveries);
    return DONE;
  }
}
