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
import type { CeremonyError } from '../api/contract.js';
import { text } from '../texts/texts.js';
import type { TextKey } from '../texts/texts.js';

/** What the platform's error names usually mean to the person who saw the prompt. */
const MEANINGS: Readonly<Record<string, TextKey>> = {
  AbortError: 'ceremony.closed',
  ConstraintError: 'ceremony.not-verified',
  InvalidStateError: 'ceremony.already-registered',
  NotAllowedError: 'ceremony.closed',
  NotSupportedError: 'ceremony.not-supported',
  SecurityError: 'ceremony.wrong-site',
};

/** The system's prompt ended without a credential. The message is for the user, the report for the service. */
export class CeremonyFailed extends Error {
  constructor(readonly report: CeremonyError) {
    super(text(MEANINGS[report.error.name] ?? 'ceremony.other'));
    this.name = 'CeremonyFailed';
  }

  /** This page ended the prompt itself: there is nothing to tell anyone. */
  get aborted(): boolean {
    return this.report.error.name === 'AbortError';
  }
}

export function passkeysSupported(): boolean {
  return browserSupportsWebAuthn();
}

export function createCredential(
  optionsJSON: PublicKeyCredentialCreationOptionsJSON,
): Promise<RegistrationResponseJSON> {
  return timed('optional', () => startRegistration({ optionsJSON }));
}

/** Where the user says the passkey is: another device, reached by a QR code, or a security key (WebAuthn L3 §5.8.7). */
export type Hint = 'hybrid' | 'security-key';

/** `conditional` waits inside the autofill of a field until a passkey is picked there or it is cancelled. */
export function useCredential(
  options: PublicKeyCredentialRequestOptionsJSON,
  { mediation = 'optional', hint }: { mediation?: CeremonyError['mediation']; hint?: Hint } = {},
): Promise<AuthenticationResponseJSON> {
  const optionsJSON = hint === undefined ? options : { ...options, hints: [hint] };
  return timed(mediation, () =>
    startAuthentication({ optionsJSON, useBrowserAutofill: mediation === 'conditional' }),
  );
}

export function cancelCeremony(): void {
  WebAuthnAbortService.cancelCeremony();
}

async function timed<T>(mediation: CeremonyError['mediation'], run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await run();
  } catch (thrown) {
    throw new CeremonyFailed({
      error: platformError(thrown),
      elapsedMs: Math.round(performance.now() - startedAt),
      mediation,
    });
  }
}

function platformError(thrown: unknown): CeremonyError['error'] {
  const error = thrown instanceof WebAuthnError && thrown.cause instanceof Error ? thrown.cause : thrown;
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'UnknownError', message: String(error) };
}
