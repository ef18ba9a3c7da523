import { hasCode } from '../../api/problem.js';
import type { CenterContext } from '../center-context.js';
import { requestApproval } from './step-up.js';
import type { ApprovalRequest } from './step-up.js';

/**
 * Makes a call that may need a fresh proof: where the service asks for one, the user approves exactly what it named,
 * and the call is made again with the proof. Resolves with nothing if the user left; other refusals are thrown.
 */
export async function withFreshProof<Answer>(
  context: CenterContext,
  shown: Pick<ApprovalRequest, 'summary'>,
  call: (stepUpToken?: string) => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!hasCode(error, 'step-up-required')) throw error;
    const { action = '', parameters = {} } = error.details;
    const proof = await requestApproval(context, { ...shown, action, parameters });
    return proof === undefined ? undefined : call(proof.token);
  }
}
