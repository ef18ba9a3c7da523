import { timingSafeEqual } from 'node:crypto';

/** Takes as long for a near miss as for a wild guess; only a difference in length shows. */
export function equalInConstantTime(left: Uint8Array | string, right: Uint8Array | string): boolean {
  const leftBytes = bytesOf(left);
  const rightBytes = bytesOf(right);
  return leftBytes.byteLength === rightBytes.byteLength && timingSafeEqual(leftBytes, rightBytes);
}

function bytesOf(value: Uint8Array | string): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
