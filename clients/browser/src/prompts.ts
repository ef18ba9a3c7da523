import {
  WebAuthnAbortService,
  WebAuthnError,
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import type { Diagnosis, FailureReport } from './answers.js';

/** The system's prompt ended without a credential. */
export class PromptFailed extends Error {
  override readonly name = 'PromptFailed';

  /** @param diagnosis what the service makes of it; absent where it wasn't asked, or had no answer */
  constructor(
    readonly report: FailureReport,
    readonly diagnosis?: Diagnosis,
  ) {
    super(diagnosis?.diagnosis.meaning ?? report.error.message);
  }

  /** This page ended the prompt itself: there is nothing to tell anyone. */
  get aborted(): boolean {
    return this.report.error.name === 'AbortError';
  }
}

/** Where the user says the passkey is: another device, reached by a QR code, or a security key (WebAuthn L3 §5.8.7). */
export type Hint = 'hybrid' | 'security-key';

export interface PromptOptions {
  /** `conditional` waits inside the autofill of a field until a passkey is picked there or it is cancelled. */
  readonly mediation?: FailureReport['mediation'];
  readonly hint?: Hint;
}

export function passkeysSupported(): boolean {
  return browserSupportsWebAuthn();
}

/** @throws PromptFailed */
export function promptForNewPasskey(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<RegistrationResponseJSON> {
  return timed('optional', () => startRegistration({ optionsJSON }));
}

/** @throws PromptFailed */
export function promptForPasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
  { mediation = 'optional', hint }: PromptOptions = {},
): Promise<AuthenticationResponseJSON> {
  const optionsJSON = hint === undefined ? options : { ...options, hints: [hint] };
  return timed(mediation, () =>
    startAuthentication({ optionsJSON, useBrowserAutofill: mediation === 'conditional' }),
  );
}

/** Ends the prompt that is open, if there is one: a page has one at a time. */
export function cancelPrompt(): void {
  WebAuthnAbortService.cancelCeremony();
}

async function timed<T>(mediation: FailureReport['mediation'], run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await run();
  } catch (thrown) {
    throw new PromptFailed({
      error: platformError(thrown),
      elapsedMs: Math.round(performance.now() - startedAt),
      mediation,
    });
  }
}

/** The platform's own name for it, which the diagnosis goes by, and not the one that the library gives. */
function platformError(thrown: unknown): FailureReport['error'] {
  const error = thrown instanceof WebAuthnError ? (thrown.cause ?? thrown) : thrown;
  if (isNamed(error)) return { name: error.name, message: error.message };
  return { name: 'UnknownError', message: String(error) };
}

/** By its shape: one of another frame, or of a password manager's script, is no `Error` of this page. */
function isNamed(error: unknown): error is FailureReport['error'] {
  if (typeof error !== 'object' || error === null) return false;
  return (
    'name' in error &&
    typeof error.name === 'string' &&
    'message' in error &&
    typeof error.message === 'string'
  );
}
