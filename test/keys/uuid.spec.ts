import { describe, expect, it } from '@jest/globals';
import { timeOrderedUuid } from '../../src/infrastructure/keys/uuid.js';

describe('a UUID of the moment', () => {
  it('is of version 7 and the variant of RFC 9562, each time another', () => {
    const made = Array.from({ length: 2_000 }, timeOrderedUuid);
    expect(new Set(made).size).toBe(made.length);
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(made.filter((id) => !shape.test(id))).toStrictEqual([]);
  });

  it('begins with its time in milliseconds, so that an index over many grows at its end', () => {
    const before = Date.now();
    const time = Number.parseInt(timeOrderedUuid().replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });
});
