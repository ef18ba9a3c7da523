import type { Signals } from './answers.js';

/** The Signal API of WebAuthn Level 3 (§5.1.10), which only some browsers have. */
interface SignalApi {
  signalUnknownCredential?(options: UnknownCredentialOptions): Promise<void>;
  signalAllAcceptedCredentials?(options: AllAcceptedCredentialsOptions): Promise<void>;
  signalCurrentUserDetails?(options: CurrentUserDetailsOptions): Promise<void>;
}

/** Tells the device which passkeys still count. A courtesy to its list: nobody waits for it, and failing changes nothing. */
export function passOnSignals(signals: Signals | undefined): void {
  if (signals === undefined || !('PublicKeyCredential' in globalThis)) return;
  const api: SignalApi = PublicKeyCredential;
  const { unknownCredential, allAcceptedCredentials, currentUserDetails } = signals;
  void Promise.allSettled([
    unknownCredential && api.signalUnknownCredential?.(unknownCredential),
    allAcceptedCredentials && api.signalAllAcceptedCredentials?.(allAcceptedCredentials),
    currentUserDetails && api.signalCurrentUserDetails?.(currentUserDetails),
  ]);
}
