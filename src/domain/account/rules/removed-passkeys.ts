import type { PasskeyId } from '../../kernel/ids.js';
import type { EnrolledAccount, RemovedPasskey } from '../state.js';

/** An older one than these is told apart from an unknown one no more. */
const REMEMBERED = 20;

/** Takes passkeys away, and remembers the latest of them. */
export function withoutPasskeys(state: EnrolledAccount, removed: readonly PasskeyId[]): EnrolledAccount {
  const gone = state.passkeys.filter(({ passkeyId }) => removed.includes(passkeyId));
  const remembered = gone.map(({ passkeyId, credentialId, publicKey, backupEligible }): RemovedPasskey => ({
    passkeyId,
    credentialId,
    publicKey,
    backupEligible,
  }));
  return {
    ...state,
    passkeys: state.passkeys.filter((passkey) => !gone.includes(passkey)),
    removedPasskeys: [...state.removedPasskeys, ...remembered].slice(-REMEMBERED),
  };
}
