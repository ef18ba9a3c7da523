import { Inject, Injectable } from '@nestjs/common';
import { NEWS_FOR } from '../notices/news.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome, JobQueue } from '../ports/jobs.js';
import { DONE, JOB_QUEUE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import { announcementOf, WEBHOOK, webhookDeliveryJob } from '../webhooks/webhook-jobs.js';
import type { JobHandler } from './job-handler.js';

/** Makes a delivery for the product's backend where it wants one. */
@Injectable()
export class AnnounceToBackend implements JobHandler {
  readonly kind = WEBHOOK;

  constructor(
    @Inject(POLICIES) private readonly policies: Policies,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const announcement = announcementOf(job);
    const now = this.clock.now();
    const { webhooks } = this.policies.find(announcement.rp) ?? {};
    if (webhooks === undefined || announcement.at < now - NEWS_FOR) return DONE;
    const { type } = job.payload;
    if (webhooks.events !== undefined && !webhooks.events.some((wanted) => wanted === type)) return DONE;
    await this.jobs.enqueue([webhookDeliveryJob(announcement, now)]);
    return DONE;
  }
}
