import { Inject, Injectable } from '@nestjs/common';
import type { CodeFactor } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import { accountOfStream } from '../accounts/account-address.js';
import { AccountCommands } from '../accounts/account-commands.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome, JobRequest } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import { contextOfJob } from './job-context.js';
import type { JobHandler } from './job-handler.js';

const EXPIRE_PROPOSAL = 'expire-proposal';

/** @param at when it was proposed: the policy says how long it waits */
export function expireProposalJob(
  eventId: string,
  stream: string,
  factor: CodeFactor,
  at: Instant,
): JobRequest {
  const id = `expire-proposal.${eventId}.${factor}`;
  return { id, kind: EXPIRE_PROPOSAL, payload: { stream, factor, proposedAt: at }, runAt: at };
}

/** Withdraws a factor that nobody confirmed, so that its value is kept no longer than it waits. */
@Injectable()
export class ExpireProposal implements JobHandler {
  readonly kind = EXPIRE_PROPOSAL;

  constructor(
    private readonly accounts: AccountCommands,
    @Inject(POLICIES) private readonly policies: Policies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { factor, proposedAt, stream } = job.payload;
    const owner = accountOfStream(String(stream));
    const policy = owner && this.policies.find(owner.rp);
    if (owner === undefined || policy === undefined) return DONE;
    const now = this.clock.now();
    const expires = Number(proposedAt) + policy.factors.proposalLifetime;
    if (now < expires) return { kind: 'again', at: expires };
    await this.accounts.onSubject(contextOfJob(policy, job), owner.subject, (account) =>
      account.decide(
        { type: 'withdraw-proposal', at: now, factor: codeFactorOf(factor), why: 'expired' },
        () => ({}),
      ),
    );
    return DONE;
  }
}

function codeFactorOf(factor: unknown): CodeFactor {
  if (factor === 'sms' || factor === 'email' || factor === 'totp') return factor;
  throw new Error('a job names no factor');
}
