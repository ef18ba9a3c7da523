/** What a client reports of a ceremony that failed, as the platform gave it. Nothing of it is proof of anything. */
export interface FailureReport {
  /** `DOMException.name`, the class of a native exception, an error domain, or the code of one of our own problems. */
  readonly name: string;
  readonly message?: string;
  /** The number or type that a native API states. */
  readonly nativeCode?: string;
}

export type FailureKind =
  /** Absent, closed and timed out alike: browsers don't tell them apart (WebAuthn §14.5.2). */
  | 'not-allowed'
  | 'closed'
  | 'no-credential'
  | 'already-there'
  | 'not-supported'
  | 'no-verification'
  | 'no-provider'
  | 'not-configured'
  | 'foreign-site'
  | 'aborted'
  | 'interrupted'
  | 'timed-out'
  | 'busy'
  | 'pin-not-set'
  | 'pin-blocked'
  | 'key-full'
  | 'service'
  | 'unknown';

/** WebAuthn §5.1.3, §5.1.4 and §14.5; `OperationError` is Chromium's for a second request at once. */
const DOM: Readonly<Record<string, FailureKind>> = {
  NotAllowedError: 'not-allowed',
  InvalidStateError: 'already-there',
  SecurityError: 'foreign-site',
  NotSupportedError: 'not-supported',
  ConstraintError: 'no-verification',
  AbortError: 'aborted',
  TimeoutError: 'timed-out',
  OperationError: 'busy',
  NetworkError: 'service',
  EncodingError: 'service',
  DataError: 'service',
};

/** ASAuthorizationError.Code (AuthenticationServices). */
const APPLE: Readonly<Record<string, FailureKind>> = {
  1001: 'closed',
  1005: 'no-credential',
  1006: 'already-there',
  1010: 'not-configured',
};

/** CTAP 2.2 §8.2, as native clients of security keys pass it on: the name, or the status byte. */
const CTAP: Readonly<Record<string, FailureKind>> = {
  PIN_NOT_SET: 'pin-not-set',
  PIN_BLOCKED: 'pin-blocked',
  PIN_AUTH_BLOCKED: 'pin-blocked',
  UV_BLOCKED: 'pin-blocked',
  NO_CREDENTIALS: 'no-credential',
  CREDENTIAL_EXCLUDED: 'already-there',
  KEY_STORE_FULL: 'key-full',
  OPERATION_DENIED: 'closed',
  KEEPALIVE_CANCEL: 'closed',
  USER_ACTION_TIMEOUT: 'timed-out',
};
const CTAP_BYTES: Readonly<Record<number, string>> = {
  0x19: 'CREDENTIAL_EXCLUDED',
  0x27: 'OPERATION_DENIED',
  0x28: 'KEY_STORE_FULL',
  0x2d: 'KEEPALIVE_CANCEL',
  0x2e: 'NO_CREDENTIALS',
  0x2f: 'USER_ACTION_TIMEOUT',
  0x32: 'PIN_BLOCKED',
  0x34: 'PIN_AUTH_BLOCKED',
  0x35: 'PIN_NOT_SET',
  0x3c: 'UV_BLOCKED',
};

/** Android's Credential Manager, both by the class of the exception and by its `type`. */
const ANDROID: readonly (readonly [RegExp, FailureKind])[] = [
  [/TYPE_USER_CANCELED|CredentialCancellationException/, 'closed'],
  [/TYPE_NO_CREDENTIAL|NoCredentialException/, 'no-credential'],
  [/TYPE_NO_CREATE_OPTIONS|NoCreateOptionException/, 'no-provider'],
  [/TYPE_(?:GET|CREATE)_CREDENTIAL_PROVIDER_CONFIGURATION|ProviderConfigurationException/, 'no-provider'],
  [/TYPE_(?:GET|CREATE)_CREDENTIAL_UNSUPPORTED|CredentialUnsupportedException/, 'not-supported'],
  [/TYPE_INTERRUPTED|CredentialInterruptedException/, 'interrupted'],
];
/** The last part of the type of a `…PublicKeyCredentialDomException`. */
const ANDROID_DOM = /androidx\.credentials\.TYPE_([A-Z_]+)_ERROR\b/;

/** Codes of our own problems that say nothing of the passkey, and what `fetch` says when nobody answers. */
const OURS: ReadonlySet<string> = new Set([
  'internal',
  'try-again',
  'message-not-delivered',
  'position-not-reached',
  'too-many-requests',
]);
const NO_ANSWER = /fetch|load failed|network|connection|offline/i;
const NO_CREDENTIALS_APPLE = /no credentials available/i;

/** What kind of failure it was, by the most telling thing that the client said. */
export function kindOf(report: FailureReport): FailureKind {
  return nativeKind(report) ?? namedKind(report) ?? 'unknown';
}

function nativeKind({ name, message = '', nativeCode = '' }: FailureReport): FailureKind | undefined {
  const said = `${name} ${nativeCode}`;
  const android = ANDROID.find(([pattern]) => pattern.test(said))?.[1] ?? androidDomKind(said);
  if (android !== undefined) return android;
  if (/ctap|fido2?_err/i.test(said)) return of(CTAP, ctapName(nativeCode === '' ? name : nativeCode));
  if (!/^\d{4}$/.test(nativeCode)) return undefined;
  // Apple reports having no passkey as a cancellation, and tells the reason only in words.
  return nativeCode === '1001' && NO_CREDENTIALS_APPLE.test(message)
    ? 'no-credential'
    : of(APPLE, nativeCode);
}

function androidDomKind(said: string): FailureKind | undefined {
  const name = ANDROID_DOM.exec(said)?.[1];
  const camel = name
    ?.toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_all, first: string) => first.toUpperCase());
  return camel === undefined ? undefined : of(DOM, `${camel}Error`);
}

function ctapName(code: string): string {
  const byte = /^(?:0x[0-9a-f]{1,2}|\d{1,3})$/i.test(code) ? CTAP_BYTES[Number(code)] : undefined;
  return byte ?? code.toUpperCase().replace(/^(?:.*[\s:])?(?:FIDO|CTAP2?)_ERR_/, '');
}

function namedKind({ name, message = '' }: FailureReport): FailureKind | undefined {
  if (OURS.has(name) || (name === 'TypeError' && NO_ANSWER.test(message))) return 'service';
  return of(DOM, name);
}

function of(kinds: Readonly<Record<string, FailureKind>>, name: string): FailureKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}
