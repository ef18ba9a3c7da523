import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { CommandContext } from '../accounts/context.js';
import type { Job } from '../ports/jobs.js';

/** Of a command that the service gives itself. The decision is what bears a job's coming twice, not a remembered answer. */
export function contextOfJob(policy: RelyingParty, job: Job): CommandContext {
  return {
    policy,
    actor: 'system',
    correlationId: job.id,
    endUser: {},
    language: 'en',
    onRelyingPartysWord: false,
    idempotency: null,
  };
}
