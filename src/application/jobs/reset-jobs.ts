import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { ResetId, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { MINUTE, SECOND } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { CommandContext } from '../accounts/context.js';
import { AskLivenessCommand } from '../commands/ask-liveness.js';
import { ExpireResetCommand } from '../commands/expire-reset.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Job, JobOutcome } from '../ports/jobs.js';
import { DONE } from '../ports/jobs.js';
import { LivenessUnavailable } from '../ports/liveness.js';
import type { Policies } from '../ports/relying-parties.js';
import { POLICIES } from '../ports/relying-parties.js';
import { contextOfJob } from './job-context.js';
import type { JobHandler } from './job-handler.js';

const SHORTEST_PAUSE = 20 * SECOND;
const LONGEST_PAUSE = 10 * MINUTE;

/** The timer of a reset. It has nothing to do where the reset has ended, or the account is no more. */
@Injectable()
export class ExpireResetJob implements JobHandler {
  readonly kind = 'expire-reset';

  constructor(
    private readonly commands: CommandBus,
    @Inject(POLICIES) private readonly policies: Policies,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { policy, subject, resetId } = resetOf(job, this.policies);
    await this.commands.execute(new ExpireResetCommand(contextOfJob(policy, job), subject, resetId));
    return DONE;
  }
}

/**
 * Asks until the reset has ended, for a webhook may never come. A provider that is down is asked again like one that has no
 * verdict yet: the reset's own end is the end of it.
 */
@Injectable()
export class AskLivenessJob implements JobHandler {
  readonly kind = 'ask-liveness';

  constructor(
    private readonly commands: CommandBus,
    @Inject(POLICIES) private readonly policies: Policies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { policy, subject, resetId } = resetOf(job, this.policies);
    const outcome = await this.commands.execute(
      new AskLivenessCommand(asProvider(policy, job), subject, resetId),
    );
    const goesOn = outcome.ok ? outcome.answer.open : WITHOUT_VERDICT.has(outcome.rejection.code);
    if (!goesOn) return DONE;
    const now = this.clock.now();
    const elapsed = now - Number(job.payload['since']);
    const pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, Math.ceil(elapsed / 10)));
    return { kind: 'again', at: now + pause };
  }
}

/** Asks because the provider said that there is news. */
@Injectable()
export class HeedLivenessJob implements JobHandler {
  readonly kind = 'heed-liveness';

  constructor(
    private readonly commands: CommandBus,
    @Inject(POLICIES) private readonly policies: Policies,
  ) {}

  async perform(job: Job): Promise<JobOutcome> {
    const { policy, subject, resetId } = resetOf(job, this.policies);
    const command = new AskLivenessCommand(asProvider(policy, job), subject, resetId);
    const outcome = await this.commands.execute(command);
    if (!outcome.ok && outcome.rejection.code === 'liveness-unavailable') {
      throw new LivenessUnavailable('asked after a webhook');
    }
    return DONE;
  }
}

const WITHOUT_VERDICT: ReadonlySet<string> = new Set(['liveness-unavailable', 'liveness-answer-refused']);

/** What it says is recorded as its word, whoever made us ask. */
function asProvider(policy: RelyingParty, job: Job): CommandContext {
  return { ...contextOfJob(policy, job), actor: 'liveness-provider' };
}

/** The product may have been taken out of service while the job waited. */
class ProductUnknown extends Error {
  readonly reason = 'no policy for the product';
}

function resetOf(
  { payload }: Job,
  policies: Policies,
): { readonly policy: RelyingParty; readonly subject: SubjectId; readonly resetId: ResetId } {
  const policy = policies.find(as(String(payload['rp'])));
  if (policy === undefined) throw new ProductUnknown();
  return { policy, subject: as(String(payload['subject'])), resetId: as(String(payload['resetId'])) };
}
