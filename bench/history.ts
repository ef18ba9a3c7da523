import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILES } from '../src/infrastructure/embedded-tier.js';
import { helpFor, numberArgument, textArgument } from './support/arguments.js';
import { Client } from './support/client.js';
import { exportHistory } from './support/history-export.js';
import { searchHistory, warmUp, writeSteadily } from './support/history-searches.js';
import { HISTORY_DAYS, writeLongHistory } from './support/long-history.js';
import { progressLine } from './support/progress.js';
import { quantile } from './support/quantile.js';
import { rebuildEach } from './support/rebuilds.js';
import { freePort, ServerProcess } from './support/server-process.js';

const HELP = `A long history, in one run: npm run bench:history

  1. writes it: accounts that enrol, sign in, approve actions and mistype codes over ninety days, through the codec, the keys
     and the store that the service uses
  2. starts the service on it and waits until every read model has taken it in, all together
  3. rebuilds each read model by itself, each in a process of its own
  4. searches while commands are written at a steady rate, each search one that nobody asked before
  5. exports 10,000 events and then everything, breaking off half-way and going on by the cursor, and watches the memory of
     the service

A million events take about a quarter of an hour on two cores that have nothing else to do, two minutes of it for writing them,
and 4 GB of disk.

  --events N     events in the history                   1000000
  --accounts N   accounts that share it                  10000
  --searches N   searches that are measured              3300
  --writes N     commands a second meanwhile             200
  --data FOLDER  keeps the data there, and begins with step 2 where there is a history already; else a temporary folder
  --steps LIST   of together, rebuilds, searches, export: all
`;

helpFor(HELP);
const events = numberArgument('--events', 1_000_000);
const accounts = numberArgument('--accounts', 10_000);
const searches = numberArgument('--searches', 3_300);
const writes = numberArgument('--writes', 200);
const kept = textArgument('--data');
const steps = new Set((textArgument('--steps') ?? 'together,rebuilds,searches,export').split(','));
const AIM_MS = 50;
const AIM_PER_SECOND = 50_000;
const SMALL_EXPORT = 10_000;
const MIB = 1024 * 1024;

const folder = kept ?? mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const port = await freePort();
const client = new Client(port);
const table: [measured: string, value: string][] = [];
let server: ServerProcess | undefined;
try {
  mkdirSync(folder, { recursive: true });
  const [cpu] = cpus();
  console.log(
    `node ${process.version}, ${cpus().length} × ${cpu?.model ?? 'unknown'}, load before: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  if (!existsSync(join(folder, FILES.events))) {
    const begun = performance.now();
    server = await ServerProcess.start(folder, port);
    await server.stop();
    await writeLongHistory({ folder, events, accounts }, progressLine('writing the history'));
    table.push(['writing the history', `${seconds(begun)} s`]);
  }

  if (steps.has('together')) {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(folder, FILES.readModels) + suffix, { force: true });
    const begun = performance.now();
    server = await ServerProcess.start(folder, port);
    const taken = await server.caughtUp(progressLine('taking it in'));
    const perSecond = taken / ((performance.now() - begun) / 1_000);
    // Since it was started, reading its code and compiling it included.
    const microseconds = (await server.cpu()) / taken;
    table.push([
      'all read models together',
      `${rate(perSecond)} events/s, ${microseconds.toFixed(1)} µs of CPU an event`,
    ]);
    await server.stop();
  }

  if (steps.has('rebuilds')) {
    for await (const { cpuSeconds, events: read, name, seconds: took } of rebuildEach(folder)) {
      const perSecond = read / took;
      const verdict = perSecond >= AIM_PER_SECOND ? 'yes' : 'NO';
      table.push([
        `rebuild of ${name} by itself`,
        `${rate(perSecond)} events/s, ${((cpuSeconds / read) * 1e6).toFixed(1)} µs of CPU an event; at least ${rate(AIM_PER_SECOND)}: ${verdict}`,
      ]);
      process.stderr.write(`${table.at(-1)?.join(': ') ?? ''}\n`);
    }
  }

  server = await ServerProcess.start(folder, port);
  await server.caughtUp(progressLine('catching up'));

  if (steps.has('searches')) {
    await warmUp(client, accounts, progressLine('warming up'));
    const stopWriting = writeSteadily(client, accounts, writes);
    const shape = { accounts, count: searches, days: HISTORY_DAYS };
    const times = await searchHistory(client, shape, progressLine('searching'));
    const written = await stopWriting();
    const all = [...times.values()].flat();
    const p99 = quantile(all, 0.99);
    for (const [kind, taken] of times) table.push([`search by ${kind}`, spread(taken)]);
    table.push([
      `${searches} searches, ${written.toFixed(0)} commands/s beside`,
      `${spread(all)}; at most ${AIM_MS} ms: ${p99 <= AIM_MS ? 'yes' : 'NO'}`,
    ]);
  }

  if (steps.has('export')) {
    const few = await watched(server, () => exportHistory(port, { most: SMALL_EXPORT }, () => undefined));
    const show = progressLine('exporting');
    const { treeSize } = few.result;
    const all = await watched(server, async () => {
      const half = await exportHistory(port, { most: Math.floor(treeSize / 2) }, show);
      const rest = await exportHistory(port, { cursor: half.cursor }, show);
      if (half.events + rest.events !== half.treeSize) throw new Error('the export is not whole');
      return { events: half.events + rest.events, bytes: half.bytes + rest.bytes };
    });
    table.push([`export of ${few.result.events} events`, `${few.memory}, ${few.seconds} s`]);
    table.push([
      `export of ${all.result.events} events, ${(all.result.bytes / MIB).toFixed(0)} MiB, broken off once`,
      `${all.memory}, ${all.seconds} s`,
    ]);
  }

  console.log(`load after: ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
  const width = Math.max(...table.map(([measured]) => measured.length));
  for (const [measured, value] of table) console.log(`| ${measured.padEnd(width)} | ${value} |`);
} finally {
  client.close();
  await server?.stop();
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The most memory that the service had meanwhile, looked at ten times a second. */
async function watched<Result>(
  measured: ServerProcess,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly memory: string; readonly seconds: string }> {
  const before = await measured.memory();
  const begun = performance.now();
  let most = before;
  const watch = setInterval(() => {
    void measured.memory().then((now) => (most = Math.max(most, now)));
  }, 100);
  try {
    const result = await work();
    const memory = `${(before / MIB).toFixed(0)} MiB before, ${(most / MIB).toFixed(0)} MiB at most`;
    return { result, memory, seconds: seconds(begun) };
  } finally {
    clearInterval(watch);
  }
}

function spread(times: readonly number[]): string {
  const [median, p99, most] = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(1));
  return `median ${median} ms, p99 ${p99} ms, most ${most} ms`;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en');
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(1);
}
