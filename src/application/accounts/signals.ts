import type { EnrolledAccount } from '../../domain/account/state.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';

/** What the client hands to the WebAuthn Signal API (WebAuthn L3 §5.1.10), member for member. */
export interface Signals {
  readonly unknownCredential?: { readonly rpId: string; readonly credentialId: string };
  readonly allAcceptedCredentials?: {
    readonly rpId: string;
    readonly userId: string;
    readonly allAcceptedCredentialIds: readonly string[];
  };
  readonly currentUserDetails?: {
    readonly rpId: string;
    readonly userId: string;
    readonly name: string;
    readonly displayName: string;
  };
}

/**
 * All credentials of the account, from the very decision that changed them: one left out may be deleted from the
 * user's device for good, so the list never comes from a projection or a page.
 */
export function acceptedCredentials(policy: RelyingParty, account: EnrolledAccount): Signals {
  return {
    allAcceptedCredentials: {
      rpId: policy.rpId,
      userId: account.userHandle,
      allAcceptedCredentialIds: account.passkeys.map((passkey) => passkey.credentialId),
    },
  };
}
