import type { VerificationFailed } from '../../application/ports/webauthn.js';
import type { Attachment } from '../../domain/policy/capabilities.js';
import { decodeBase64url } from './base64url.js';

/** WebAuthn §7.1 step 25: a longer one is refused. */
const CREDENTIAL_ID_BYTES = 1023;

/** What RegistrationResponseJSON and AuthenticationResponseJSON share (WebAuthn §5.1). */
export interface CredentialEnvelope {
  readonly id: string;
  /** Null where the client didn't say, or said what WebAuthn doesn't know (§5.1). */
  readonly attachment: Attachment | null;
  readonly response: Readonly<Record<string, unknown>>;
}

export function malformed(pointer: string): VerificationFailed {
  return { ok: false, reason: 'malformed', pointer };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readEnvelope(
  credential: unknown,
): { readonly ok: true; readonly envelope: CredentialEnvelope } | VerificationFailed {
  if (!isRecord(credential)) return malformed('');
  const { authenticatorAttachment, id, rawId, type, response } = credential;
  const idBytes = decodeBase64url(id);
  if (typeof id !== 'string' || idBytes === undefined) return malformed('/id');
  if (idBytes.byteLength > CREDENTIAL_ID_BYTES) {
    return { ok: false, reason: 'credential-id-too-long', pointer: '/id' };
  }
  if (rawId !== id) return malformed('/rawId');
  if (type !== 'public-key') return malformed('/type');
  if (!isRecord(response)) return malformed('/response');
  return { ok: true, envelope: { id, attachment: attachmentOf(authenticatorAttachment), response } };
}

function attachmentOf(value: unknown): Attachment | null {
  return value === 'platform' || value === 'cross-platform' ? value : null;
}
