import { expect } from '@jest/globals';
import type { RunningServer } from './running-server.js';

/** The samples of a scrape: name and labels as they are written, with the value. */
export async function samplesOf(server: RunningServer): Promise<ReadonlyMap<string, number>> {
  const scraped = await server.call('GET', '/metrics', { key: null });
  expect([scraped.status, scraped.headers['content-type']]).toStrictEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  const lines = scraped.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}
