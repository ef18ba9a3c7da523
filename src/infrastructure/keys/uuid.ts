import { randomOf } from './random.js';

const TIME_BYTES = 6;

/** A UUID as RFC 9562 §4 writes it, of the first 16 of the bytes; its version and its variant are put into them. */
export function uuidOf(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The time in milliseconds and 80 random bits, 16 bytes: an index over such ids grows at its end, not all over. */
export function timeOrderedBytes(): Buffer {
  const bytes = randomOf(16);
  bytes.writeUIntBE(Date.now(), 0, TIME_BYTES);
  return bytes;
}

/** Version 7 (RFC 9562 §5.7): of the random bits 74 are left. */
export function timeOrderedUuid(): string {
  return uuidOf(timeOrderedBytes(), 7);
}
