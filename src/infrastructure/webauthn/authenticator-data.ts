import { hash } from 'node:crypto';
import { parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import type { VerificationFailed } from '../../application/ports/webauthn.js';
import { equalInConstantTime } from './constant-time.js';

export type AuthenticatorData = ReturnType<typeof parseAuthenticatorData>;

/** @returns `undefined` for bytes that are not authenticator data (WebAuthn §6.1), leftovers included */
export function readAuthenticatorData(bytes: Uint8Array<ArrayBuffer>): AuthenticatorData | undefined {
  try {
    return parseAuthenticatorData(bytes);
  } catch {
    return undefined;
  }
}

/** WebAuthn §7.1 steps 14–17 and §7.2 steps 15–18. */
export function checkAuthenticatorData(
  { rpIdHash, flags }: AuthenticatorData,
  rpId: string,
): VerificationFailed | undefined {
  if (!equalInConstantTime(rpIdHash, rpIdHashOf(rpId))) return { ok: false, reason: 'rp-id-mismatch' };
  if (!flags.up) return { ok: false, reason: 'user-not-present' };
  if (!flags.uv) return { ok: false, reason: 'user-not-verified' };
  if (flags.bs && !flags.be) return { ok: false, reason: 'backup-flags-invalid' };
  return undefined;
}

/** Of the relying parties of the policies, which are few. */
const RP_ID_HASHES = new Map<string, Buffer>();

function rpIdHashOf(rpId: string): Buffer {
  const known = RP_ID_HASHES.get(rpId);
  if (known !== undefined) return known;
  const hashed = sha256(rpId);
  RP_ID_HASHES.set(rpId, hashed);
  return hashed;
}

export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}
