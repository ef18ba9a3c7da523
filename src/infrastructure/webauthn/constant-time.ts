import { timingSafeEqual } from 'node:crypto';

/** Takes as long for a near miss as for a wild guess; only a difference in length shows. */
export function equalInConstantTime(left: Uint8Array | string, right: Uint8Array | string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.byteLength === rightBytes.byteLength && timingSafeEqual(leftBytes, rightBytes);
}
