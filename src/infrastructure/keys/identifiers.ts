import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { Identifiers } from '../../application/ports/identifiers.js';
import type { RelyingPartySlug, UserHandle } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { KeyMaterial } from './key-material.js';
import { randomOf } from './random.js';
import { timeOrderedBytes, uuidOf } from './uuid.js';

/** Of a command id: the time in milliseconds since the epoch, as base64url writes it. */
const TIME_CHARACTERS = 8;

export class CryptoIdentifiers implements Identifiers {
  private readonly nameKey: KeyObject;

  constructor(keys: KeyMaterial) {
    this.nameKey = createSecretKey(keys.derive('stream-names'));
  }

  randomId(): string {
    return randomOf(16).toString('base64url');
  }

  commandId(): string {
    return timeOrderedBytes().toString('base64url');
  }

  userHandle(): UserHandle {
    return as(randomOf(64).toString('base64url'));
  }

  secret(): string {
    return randomOf(32).toString('base64url');
  }

  sha256(text: string): string {
    return hash('sha256', text, 'base64url');
  }

  deriveId(commandId: string, index: number): string {
    const bytes = hash('sha256', unambiguous('id', commandId, String(index)), 'buffer');
    bytes.write(commandId.slice(0, TIME_CHARACTERS), 'base64url');
    return uuidOf(bytes, 8);
  }

  hmacName(kind: string, rp: RelyingPartySlug, value: string): string {
    return createHmac('sha256', this.nameKey)
      .update(unambiguous(kind, rp, value))
      .digest('base64url');
  }
}

/** Two different lists never give the same text, wherever the parts are cut. */
function unambiguous(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
