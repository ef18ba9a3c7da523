import type { SecretHash } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Device } from '../../domain/policy/device.js';
import type { Identifiers } from '../ports/identifiers.js';

/** A device as it comes with a request: what it says of itself, and the token that proves it is one we know. */
export interface PresentedDevice {
  readonly said: Device | null;
  readonly token: string | null;
}

export function tokenHashOf(identifiers: Identifiers, { token }: PresentedDevice): SecretHash | null {
  return token === null ? null : as<SecretHash>(identifiers.sha256(token));
}
