import { Inject, Injectable } from '@nestjs/common';
import { MINUTE } from '../../domain/kernel/time.js';
import { Erasures } from '../erasure/erasures.js';
import { erasedAccountOf, FINISH_ERASURE } from '../erasure/finish-erasure.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { JobHandler } from './job-handler.js';

/**
 * Carries on with an erasure that whoever asked for it didn't see finished. Also for a product that is run no more: its
 * account holders are as much to be forgotten.
 */
@Injectable()
export class FinishErasure implements JobHandler {
  readonly kind = FINISH_ERASURE;

  constructor(
    private readonly erasures: Erasures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const finished = await this.erasures.finish(erasedAccountOf(job), job.id);
    // Where a read model has stopped, the erasure waits as long as it takes.
    return finished === undefined ? { kind: 'again', at: this.clock.now() + MINUTE } : DONE;
  }
}
