import { randomFillSync } from 'node:crypto';

/** Randomness is drawn many bytes at a time: a draw costs as much as hashing an event. No byte is given out twice. */
const drawn = Buffer.alloc(8_192);
let used = drawn.length;

/** A copy of so many random bytes; what was given out is wiped behind it. */
export function randomOf(length: number): Buffer {
  if (length > drawn.length) throw new RangeError(`at most ${drawn.length} random bytes at a time`);
  if (used + length > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const bytes = Buffer.from(drawn.subarray(used, used + length));
  drawn.fill(0, used, used + length);
  used += length;
  return bytes;
}
