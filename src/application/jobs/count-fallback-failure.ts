import { Inject, Injectable } from '@nestjs/common';
import { as } from '../../domain/kernel/ids.js';
import { FallbackChecks } from '../accounts/fallback-checks.js';
import { FALLBACK_FAILURE, FallbackFailures, wrongGuessOf } from '../accounts/fallback-failures.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import { contextOfJob } from './job-context.js';
import type { JobHandler } from './job-handler.js';

/** Counts a wrong code whose count a crash took along. It has nothing to do where it was counted, or is of no account. */
@Injectable()
export class CountFallbackFailure implements JobHandler {
  readonly kind = FALLBACK_FAILURE;

  constructor(
    private readonly fallbacks: FallbackChecks,
    private readonly failures: FallbackFailures,
    @Inject(POLICIES) private readonly policies: Policies,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { rp, checkId, ...guess } = wrongGuessOf(job);
    const policy = this.policies.find(as(rp));
    if (policy === undefined) return DONE;
    const check = await this.fallbacks.read(policy, checkId);
    if (check !== undefined) await this.failures.count(contextOfJob(policy, job), check, guess);
    return DONE;
  }
}
