import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import { checkDevice } from '../../policy/device-check.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { StartRegistration } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { whyNotBound } from '../rules/binding.js';
import { limitReached } from '../rules/passkey-limit.js';
import type { EnrolledAccount } from '../state.js';

/** Whether creation options may be given out. It records nothing; registering checks proof and limit again. */
export function startRegistration(
  command: StartRegistration,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const problems = checkDevice(policy, command.device, command.language).filter(
    (problem) => problem.blocking,
  );
  if (problems.length > 0) return reject(rejection('device-not-eligible', { problems }));
  const notBound = whyNotBound(state, command.proof, command.at);
  if (notBound !== undefined) return reject(notBound);
  const limit = limitReached(state, policy);
  return limit === undefined ? accept() : reject(limit);
}
