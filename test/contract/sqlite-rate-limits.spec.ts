import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, it } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import { SqliteRateLimits } from '../../src/infrastructure/rate-limits/sqlite-rate-limits.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { rateLimitsContract } from './rate-limits.contract.js';

const KEY = new Uint8Array(32).fill(7);
const RATE = { name: 'guess', times: 2, per: MINUTE } as const;
const newFile = () => join(temporaryFolder(), 'rate-limits.sqlite');

rateLimitsContract('SqliteRateLimits', (clock) => {
  const file = newFile();
  let limits = SqliteRateLimits.open(file, KEY, clock);
  return Promise.resolve({
    limits,
    reopen: () => {
      limits.close();
      limits = SqliteRateLimits.open(file, KEY, clock);
      return Promise.resolve(limits);
    },
    close: () => {
      limits.close();
      return Promise.resolve();
    },
  });
});

function rowsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const { rows } = database.prepare('select count(*) as rows from rate_limits').get() as { rows: number };
  database.close();
  return rows;
}

describe('SqliteRateLimits on its file', () => {
  it('removes what has expired as time passes, a bounded number at a time', async () => {
    let now = 0;
    const file = newFile();
    const limits = SqliteRateLimits.open(file, KEY, () => now);
    for (let index = 0; index < 600; index++) await limits.spend(RATE, `guesser ${index}`);
    expect(rowsIn(file)).toBe(600);
    now = MINUTE;
    const seen: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      await limits.spend(RATE, 'one who stays');
      seen.push(rowsIn(file));
    }
    expect(seen).toStrictEqual([345, 89, 1, 1]);
    expect(await limits.spend(RATE, 'one who stays')).toBe(2 * MINUTE);
    limits.close();
  });

  it('does not grow under names that come once and never again', async () => {
    let now = 0;
    const file = newFile();
    const limits = SqliteRateLimits.open(file, KEY, () => now);
    let most = 0;
    for (let index = 0; index < 2_000; index++) {
      now += SECOND;
      await limits.spend(RATE, `passer-by ${index}`);
      most = Math.max(most, rowsIn(file));
    }
    expect(most).toBeLessThanOrEqual(MINUTE / SECOND);
    limits.close();
  });

  it('keeps no name as it is', async () => {
    const file = newFile();
    const limits = SqliteRateLimits.open(file, KEY, () => 0);
    await limits.spend(RATE, '203.0.113.77');
    limits.close();
    expect(readFileSync(file).includes('203.0.113.77')).toBe(false);
  });
});
