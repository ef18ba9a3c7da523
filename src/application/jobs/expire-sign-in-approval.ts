import { Inject, Injectable } from '@nestjs/common';
import type { ApprovalId, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import { contextOfJob } from './job-context.js';
import type { JobHandler } from './job-handler.js';

/** The timer of a sign-in that waits. It has nothing to do where the sign-in has been decided, or was given more time. */
@Injectable()
export class ExpireSignInApprovalJob implements JobHandler {
  readonly kind = 'expire-sign-in-approval';

  constructor(
    private readonly accounts: AccountCommands,
    @Inject(POLICIES) private readonly policies: Policies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { rp, subject, approvalId } = job.payload;
    const policy = this.policies.find(as(String(rp)));
    if (policy === undefined) return DONE;
    await this.accounts.onSubject(contextOfJob(policy, job), as<SubjectId>(String(subject)), (account) =>
      account.decide(
        {
          type: 'expire-sign-in-approval',
          at: this.clock.now(),
          approvalId: as<ApprovalId>(String(approvalId)),
        },
        () => ({}),
      ),
    );
    return DONE;
  }
}
