import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Calendar, daysAfter, isDay } from '../../src/application/reports/calendar.js';
import { DAY, HOUR, MINUTE } from '../../src/domain/kernel/time.js';

const from = Date.parse('2012-01-01');
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const instants = fc.integer({ min: from, max: Date.parse('2037-12-31') });

describe('a calendar', () => {
  it('gives every moment to one day, in every zone that there is', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const calendar = new Calendar(zone);
        const day = calendar.dayOf(at);
        const [start, end] = [calendar.startOf(day), calendar.startOf(daysAfter(day, 1))];
        expect(start <= at && at < end).toBe(true);
        expect([
          calendar.dayOf(start - 1) < day,
          calendar.dayOf(start),
          calendar.dayOf(end - 1),
        ]).toStrictEqual([true, day, day]);
        expect(start % (15 * MINUTE)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Hong_Kong', '2026-03-08', 24],
    // The clock skips midnight: the day begins at one.
    ['Asia/Beirut', '2026-03-29', 23],
  ])('knows that in %s %s lasted %d hours', (zone, day, hours) => {
    const calendar = new Calendar(zone);
    expect((calendar.startOf(daysAfter(day, 1)) - calendar.startOf(day)) / HOUR).toBe(hours);
  });

  it('begins a day at midnight of the zone', () => {
    expect(new Calendar('Asia/Kathmandu').startOf('2026-06-30')).toBe(Date.parse('2026-06-29T18:15:00Z'));
    expect(new Calendar('Asia/Beirut').startOf('2026-03-29')).toBe(Date.parse('2026-03-28T22:00:00Z'));
  });

  it('lists days from the first to the last', () => {
    expect(new Calendar('UTC').days('2028-02-28', '2028-03-01')).toStrictEqual([
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ]);
    expect(daysAfter('2026-01-01', -1)).toBe('2025-12-31');
    expect(new Calendar('UTC').startOf('2026-01-02') - new Calendar('UTC').startOf('2026-01-01')).toBe(DAY);
  });

  it('tells days from what only looks like one', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true);
    expect(['2026-02-29', '2026-13-01', '2026-1-1', '20260101', ''].some(isDay)).toBe(false);
  });
});
