import type { Client } from './client.js';
import { accountIdOf, BENCH_RP } from './long-history.js';

const EVENTS = `/v1/${BENCH_RP}/audit/events`;
const DAY = 86_400_000;

interface Found {
  readonly events: readonly {
    readonly correlationId: string | null;
    readonly data: { readonly passkeyId?: string } | null;
  }[];
  readonly next?: string;
}

/** How long searches of each kind took, in ms. */
export type SearchTimes = ReadonlyMap<string, readonly number[]>;

/**
 * Searches one after the other, each kind in its turn: for accounts, moments, passkeys and requests from all over the history, and
 * for what comes after a first page. Each asks something that nobody asked before, so that each is recorded before it is answered.
 */
export async function searchHistory(
  client: Client,
  { accounts, count, days }: { readonly accounts: number; readonly count: number; readonly days: number },
  onProgress: (done: number, total: number) => void,
): Promise<SearchTimes> {
  const times = new Map<string, number[]>();
  const now = Date.now();
  let seen: Found = { events: [] };
  let rest = '';
  const account = (index: number): string => accountIdOf((index * 7_919) % accounts);
  const moment = (index: number): string =>
    new Date(now - ((index * 104_729_137) % (days * DAY))).toISOString();
  const kinds: Readonly<Record<string, (index: number) => string>> = {
    account: (index) => `accountId=${account(index)}`,
    'type, often': (index) => `type=PasskeyUsed&limit=${1 + (index % 100)}`,
    'type, seldom': (index) => `type=PasskeyRemoved&limit=${1 + (index % 100)}`,
    actor: (index) => `actor=client&limit=${1 + (index % 100)}`,
    time: (index) => `from=${moment(index)}`,
    'type and time': (index) => `type=PasskeyUsed&from=${moment(index)}`,
    'time and time': (index) => `from=${moment(index)}&to=${new Date(now).toISOString()}`,
    'account and type': (index) => `accountId=${account(index)}&type=PasskeyRegistered`,
    passkey: () => `credential=${seen.events.find(({ data }) => data?.passkeyId)?.data?.passkeyId ?? 'none'}`,
    request: () => `correlationId=${seen.events[0]?.correlationId ?? 'none'}`,
    'next page': () => rest,
  };
  const names = Object.keys(kinds);
  for (let index = 0; index < count; index++) {
    const name = names[index % names.length] ?? '';
    const query = kinds[name]?.(index) ?? '';
    const { microseconds, status, text } = await client.exchange('GET', `${EVENTS}?${query}`);
    if (status !== 200) throw new Error(`a search by ${name} was answered ${status}: ${text}`);
    const found = JSON.parse(text) as Found;
    if (name === 'account') seen = found;
    if (name === 'time' && found.next !== undefined) rest = `from=${moment(index)}&cursor=${found.next}`;
    times.set(name, [...(times.get(name) ?? []), microseconds / 1_000]);
    onProgress(index + 1, count);
  }
  return times;
}

/** Commands are for so many of the accounts: those that are busy at that time. */
const BUSY_ACCOUNTS = 2_000;
const AT_A_TIME = 8;

/**
 * One command for each account that `writeSteadily` writes to, and as many searches as it takes to compile them: a service runs for
 * weeks, with snapshots of those who are busy.
 */
export async function warmUp(
  client: Client,
  accounts: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const busy = Math.min(BUSY_ACCOUNTS, accounts);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < busy) {
      const accountId = accountIdOf(next++);
      await client.call('PUT', `/v1/${BENCH_RP}/accounts/${accountId}`, { displayName: 'warm' });
      if (next % 4 === 0) await client.call('GET', `${EVENTS}?accountId=${accountId}&limit=50`);
      onProgress(next, busy);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Commands at a steady rate, whatever their answers take. Ends with `stop`, which says how many a second there were. */
export function writeSteadily(client: Client, accounts: number, perSecond: number): () => Promise<number> {
  const begun = performance.now();
  const underWay = new Set<Promise<unknown>>();
  let asked = 0;
  let failure: Error | undefined;
  const tick = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; asked < due; asked++) {
      const path = `/v1/${BENCH_RP}/accounts/${accountIdOf((asked * 31) % Math.min(BUSY_ACCOUNTS, accounts))}`;
      const done = client
        .call('PUT', path, { displayName: `name ${begun} ${asked}` })
        .catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error('a command failed');
        })
        .finally(() => underWay.delete(done));
      underWay.add(done);
    }
  }, 5);
  return async () => {
    clearInterval(tick);
    await Promise.all(underWay);
    if (failure !== undefined) throw failure;
    return asked / ((performance.now() - begun) / 1_000);
  };
}
