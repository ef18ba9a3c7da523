import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';

const START = Date.parse('2026-03-02T09:00:00.000Z');

describe('the system clock', () => {
  const clock = new SystemClock();
  let rung: number[];
  const ring = () => void rung.push(clock.now() - START);

  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    rung = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('rings once at the moment asked for, be it further away than a timer reaches', () => {
    clock.ringAt(START + MINUTE, ring);
    clock.ringAt(START + 60 * DAY + 1, ring);
    jest.advanceTimersByTime(MINUTE - 1);
    expect(rung).toStrictEqual([]);
    jest.advanceTimersByTime(61 * DAY);
    expect(rung).toStrictEqual([MINUTE, 60 * DAY + 1]);
  });

  it('rings for a moment that has passed, but not within the call', () => {
    clock.ringAt(START - HOUR, ring);
    expect(rung).toStrictEqual([]);
    jest.advanceTimersByTime(1);
    expect(rung).toHaveLength(1);
  });

  it('notices within a minute that the time of day was set, forward or back', () => {
    clock.ringAt(START + HOUR, ring);
    jest.setSystemTime(START + 2 * HOUR);
    jest.advanceTimersByTime(MINUTE);
    expect(rung).toHaveLength(1);
    clock.ringAt(START + 3 * HOUR, ring);
    jest.setSystemTime(START);
    jest.advanceTimersByTime(HOUR);
    expect(rung).toHaveLength(1);
    jest.advanceTimersByTime(2 * HOUR);
    expect(rung.at(-1)).toBe(3 * HOUR);
  });

  it('does not ring once it was put off', () => {
    const putOff = clock.ringAt(START + HOUR, ring);
    jest.advanceTimersByTime(2 * MINUTE);
    putOff();
    jest.advanceTimersByTime(DAY);
    putOff();
    expect(rung).toStrictEqual([]);
  });
});
