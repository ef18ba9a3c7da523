import type { Expected, VerificationFailed } from '../../application/ports/webauthn.js';
import { equalInConstantTime } from './constant-time.js';
import { isRecord, malformed } from './credential-json.js';

const DECODER = new TextDecoder();
const POINTER = '/response/clientDataJSON';
const TOKEN_BINDING_STATUSES: readonly unknown[] = ['present', 'supported', 'not-supported'];

/**
 * WebAuthn §7.1 steps 5–11 and §7.2 steps 8–14. The members are read, never compared as text: platforms order and escape
 * them differently, and may add others.
 */
export function checkClientData(
  clientDataJSON: Uint8Array,
  type: 'webauthn.create' | 'webauthn.get',
  expected: Expected,
): VerificationFailed | undefined {
  const clientData = parse(clientDataJSON);
  if (!isRecord(clientData)) return malformed(POINTER);
  const { challenge, origin, crossOrigin, topOrigin, tokenBinding } = clientData;
  if (typeof challenge !== 'string' || typeof origin !== 'string') return malformed(POINTER);
  if (clientData['type'] !== type) return { ok: false, reason: 'type-mismatch' };
  if (!equalInConstantTime(challenge, expected.challenge)) return { ok: false, reason: 'challenge-mismatch' };
  if (!expected.origins.includes(origin)) return { ok: false, reason: 'origin-not-allowed' };
  // A page that may frame ours could dress up what the user believes to approve.
  if (crossOrigin !== undefined && crossOrigin !== false) return { ok: false, reason: 'cross-origin' };
  if (topOrigin !== undefined) return { ok: false, reason: 'top-origin' };
  if (tokenBinding !== undefined && !isTokenBinding(tokenBinding)) return malformed(POINTER);
  return undefined;
}

/** Reserved since Level 3; old clients still send it. */
function isTokenBinding(value: unknown): boolean {
  return isRecord(value) && TOKEN_BINDING_STATUSES.includes(value['status']);
}

function parse(clientDataJSON: Uint8Array): unknown {
  try {
    // Strips a byte order mark, as the specification's decoding does.
    return JSON.parse(DECODER.decode(clientDataJSON));
  } catch {
    return undefined;
  }
}
