import type { Decider, Decision } from '../kernel/decider.js';
import { accept, reject } from '../kernel/decider.js';
import { unreachable } from '../kernel/exhaustive.js';
import type { RelyingParty } from '../policy/relying-party.js';
import type { AccountCommand } from './commands.js';
import { cancelReset } from './decisions/cancel-reset.js';
import { collectSignIn } from './decisions/collect-sign-in.js';
import { confirmFactor } from './decisions/confirm-factor.js';
import { decideSignInApproval } from './decisions/decide-sign-in-approval.js';
import { disputeReset } from './decisions/dispute-reset.js';
import { eraseAccount } from './decisions/erase-account.js';
import { expireReset } from './decisions/expire-reset.js';
import { expireSignInApproval } from './decisions/expire-sign-in-approval.js';
import { passStepUp } from './decisions/pass-step-up.js';
import { proveSecurityCheck } from './decisions/prove-security-check.js';
import { enrolAccount, putAccount } from './decisions/put-account.js';
import { recordLivenessVerdict } from './decisions/record-liveness-verdict.js';
import { recoverSignIn } from './decisions/recover-sign-in.js';
import { redeemStepUp } from './decisions/redeem-step-up.js';
import { registerPasskey } from './decisions/register-passkey.js';
import { removeDevice } from './decisions/remove-device.js';
import { reinstateFactor } from './decisions/reinstate-factor.js';
import { removePasskey } from './decisions/remove-passkey.js';
import { renamePasskey } from './decisions/rename-passkey.js';
import { requestReset } from './decisions/request-reset.js';
import { signInByFallback } from './decisions/sign-in-by-fallback.js';
import { signInWithPasskey } from './decisions/sign-in-with-passkey.js';
import { startRegistration } from './decisions/start-registration.js';
import { startSecurityCheck } from './decisions/start-security-check.js';
import { startStepUp } from './decisions/start-step-up.js';
import { unlockAccount } from './decisions/unlock-account.js';
import { withdrawProposal } from './decisions/withdraw-proposal.js';
import type { AccountEvent } from './events.js';
import { evolve } from './evolve.js';
import { absent } from './rules/absent.js';
import { lockedByDispute } from './rules/resets.js';
import type { PasskeyAccount } from './state.js';
import { initialState } from './state.js';

/**
 * What the relying party does to end the lock, what it says of the account, timers that come late, and sign-ins, by passkeys
 * that are all gone or by factors that refuse themselves: whether an account is locked is told to nobody who proved nothing.
 */
const WHILE_DISPUTED: ReadonlySet<AccountCommand['type']> = new Set([
  'unlock-account',
  'put-account',
  'expire-reset',
  'sign-in-with-passkey',
  'sign-in-by-fallback',
]);

export type AccountDecision = Decision<AccountEvent>;

/** Every rule about an account, decided on its own stream and nothing else. */
export const passkeyAccount: Decider<PasskeyAccount, AccountCommand, AccountEvent, RelyingParty> = {
  initialState,
  evolve,
  decide(command, state, policy): AccountDecision {
    if (state.status === 'not-enrolled') {
      return command.type === 'put-account' ? enrolAccount(command) : reject(absent(state));
    }
    if (state.status === 'erased') {
      return command.type === 'erase-account' ? accept() : reject(absent(state));
    }
    const locked = lockedByDispute(state);
    if (locked !== undefined && !WHILE_DISPUTED.has(command.type)) return reject(locked);
    switch (command.type) {
      case 'put-account':
        return putAccount(command, state, policy);
      case 'confirm-factor':
        return confirmFactor(command, state, policy);
      case 'start-security-check':
        return startSecurityCheck(command, state, policy);
      case 'prove-security-check':
        return proveSecurityCheck(command, state, policy);
      case 'unlock-account':
        return unlockAccount(command, state);
      case 'withdraw-proposal':
        return withdrawProposal(command, state, policy);
      case 'reinstate-factor':
        return reinstateFactor(command, state);
      case 'start-registration':
        return startRegistration(command, state, policy);
      case 'register-passkey':
        return registerPasskey(command, state, policy);
      case 'rename-passkey':
        return renamePasskey(command, state, policy);
      case 'sign-in-with-passkey':
        return signInWithPasskey(command, state, policy);
      case 'sign-in-by-fallback':
        return signInByFallback(command, state, policy);
      case 'decide-sign-in-approval':
        return decideSignInApproval(command, state, policy);
      case 'collect-sign-in':
        return collectSignIn(command, state);
      case 'recover-sign-in':
        return recoverSignIn(command, state, policy);
      case 'expire-sign-in-approval':
        return expireSignInApproval(command, state);
      case 'remove-device':
        return removeDevice(command, state, policy);
      case 'start-step-up':
        return startStepUp(command, state, policy);
      case 'pass-step-up':
        return passStepUp(command, state, policy);
      case 'redeem-step-up':
        return redeemStepUp(command, state, policy);
      case 'remove-passkey':
        return removePasskey(command, state, policy);
      case 'request-reset':
        return requestReset(command, state, policy);
      case 'record-liveness-verdict':
        return recordLivenessVerdict(command, state, policy);
      case 'expire-reset':
        return expireReset(command, state);
      case 'cancel-reset':
        return cancelReset(command, state, policy);
      case 'dispute-reset':
        return disputeReset(command, state, policy);
      case 'erase-account':
        return eraseAccount(command, state);
      default:
        return unreachable(command);
    }
  },
};
