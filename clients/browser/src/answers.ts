/** What the service answers, as far as this helper reads it; `docs/openapi.json` has it whole. */

/** What to hand on to the WebAuthn Signal API. Ids are base64url. */
export interface Signals {
  readonly unknownCredential?: UnknownCredentialOptions;
  readonly allAcceptedCredentials?: AllAcceptedCredentialsOptions;
  readonly currentUserDetails?: CurrentUserDetailsOptions;
}

/** A ceremony that was opened, with what the platform is to be asked. */
export interface Ceremony<Options> {
  readonly ceremonyId: string;
  readonly publicKey: Options;
}

/** The body of the call that asks why a prompt failed, but for `device`. */
export interface FailureReport {
  readonly error: { readonly name: string; readonly message: string };
  /** From the prompt to its end. */
  readonly elapsedMs: number;
  readonly mediation: 'optional' | 'conditional';
}

/** One reason why it may have failed. */
export interface Cause {
  readonly code: string;
  /** For the user, in the language of the call. */
  readonly meaning: string;
  /** What to do, step by step. */
  readonly next: readonly string[];
}

export interface Diagnosis {
  readonly diagnosis: Cause;
  readonly otherCauses?: readonly Cause[];
  /** The product's other ways to sign in. */
  readonly alternatives?: readonly ('sms' | 'email' | 'totp' | 'password')[];
  readonly signals?: Signals;
}
