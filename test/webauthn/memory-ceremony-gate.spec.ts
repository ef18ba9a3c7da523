import { describe, expect, it } from '@jest/globals';
import { MemoryCeremonyGate } from '../../src/infrastructure/webauthn/memory-ceremony-gate.js';

describe('the gate of ceremonies', () => {
  it('lets one of many through, however they come', async () => {
    const gate = new MemoryCeremonyGate(() => 0);
    const entered = await Promise.all(
      Array.from({ length: 64 }, (_, index) => gate.enter('ceremony', `owner-${index}`, 1_000)),
    );
    expect(entered.filter(Boolean)).toStrictEqual([true]);
  });

  it('lets the same owner through again, so that a retry goes on', async () => {
    const gate = new MemoryCeremonyGate(() => 0);
    expect(await gate.enter('ceremony', 'first', 1_000)).toBe(true);
    expect(await gate.enter('ceremony', 'second', 1_000)).toBe(false);
    expect(await gate.enter('ceremony', 'first', 1_000)).toBe(true);
  });

  it('keeps each ceremony apart', async () => {
    const gate = new MemoryCeremonyGate(() => 0);
    expect(await gate.enter('one', 'first', 1_000)).toBe(true);
    expect(await gate.enter('other', 'second', 1_000)).toBe(true);
  });

  it('remembers until the ceremony expires, and lets go afterwards as others come', async () => {
    let now = 0;
    const gate = new MemoryCeremonyGate(() => now);
    await gate.enter('ceremony', 'first', 1_000);
    now = 999;
    expect(await gate.enter('ceremony', 'second', 1_000)).toBe(false);
    now = 1_000;
    expect(await gate.enter('ceremony', 'second', 2_000)).toBe(true);
  });
});
