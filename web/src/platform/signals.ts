import type { Signals } from '../api/contract.js';

/** The Signal API of WebAuthn Level 3 (§5.1.10), which only some browsers have. */
interface SignalApi {
  signalUnknownCredential?(options: UnknownCredentialOptions): Promise<void>;
  signalAllAcceptedCredentials?(options: AllAcceptedCredentialsOptions): Promise<void>;
  signalCurrentUserDetails?(options: CurrentUserDetailsOptions): Promise<void>;
}

/** Tells the device which passkeys still count. A courtesy to its list: failing changes nothing here. */
export async function passOnSignals(signals: Signals | undefined): Promise<void> {
  if (signals === undefined || !('PublicKeyCredential' in globalThis)) return;
  const api: SignalApi = PublicKeyCredential;
  const { unknownCredential, allAcceptedCredentials, currentUserDetails } = signals;
  await Promise.allSettled([
    unknownCredential && api.signalUnknownCredential?.(unknownCredential),
    allAcceptedCredentials && api.signalAllAcceptedCredentials?.(allAcceptedCredentials),
    currentUserDetails && api.signalCurrentUserDetails?.(currentUserDetails),
  ]);
}
