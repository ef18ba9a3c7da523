import { Inject, Injectable } from '@nestjs/common';
import { NEWS_FOR } from '../notices/news.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome, JobQueue } from '../ports/jobs.js';
import { DONE, JOB_QUEUE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import type { SecurityEventSender } from '../ports/security-events.js';
import { SECURITY_EVENT_SENDER } from '../ports/security-events.js';
import {
  indexOf,
  occurrenceOf,
  SECURITY_EVENT,
  SECURITY_EVENT_DELIVERY,
  securityEventDeliveryJob,
} from '../security-events/security-event-jobs.js';
import { ToldSecurityEvents } from '../security-events/told-security-events.js';
import type { JobHandler } from './job-handler.js';

/** Makes a delivery for each security event that a recorded one is, where the product has a receiver for them. */
@Injectable()
export class TellSecurityEvents implements JobHandler {
  readonly kind = SECURITY_EVENT;

  constructor(
    @Inject(POLICIES) private readonly policies: Policies,
    private readonly events: ToldSecurityEvents,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const occurrence = occurrenceOf(job);
    const now = this.clock.now();
    const { securityEvents } = this.policies.find(occurrence.rp) ?? {};
    if (securityEvents === undefined || occurrence.at < now - NEWS_FOR) return DONE;
    const told = await this.events.of(occurrence);
    await this.jobs.enqueue(told.map((_one, index) => securityEventDeliveryJob(occurrence, index, now)));
    return DONE;
  }
}

/** Sends one security event to the product's receiver. */
@Injectable()
export class DeliverSecurityEvent implements JobHandler {
  readonly kind = SECURITY_EVENT_DELIVERY;

  constructor(
    @Inject(POLICIES) private readonly policies: Policies,
    private readonly events: ToldSecurityEvents,
    @Inject(SECURITY_EVENT_SENDER) private readonly sender: SecurityEventSender,
  ) {}

  /** @throws WebhookNotDelivered: whether it is tried again is the error's to say */
  async perform(job: Job): Promise<JobOutcome> {
    const occurrence = occurrenceOf(job);
    const policy = this.policies.find(occurrence.rp);
    if (policy?.securityEvents === undefined) return DONE;
    const message = (await this.events.of(occurrence))[indexOf(job)];
    if (message !== undefined) await this.sender.send(policy, message);
    return DONE;
  }
}
