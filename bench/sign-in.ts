import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpFor, numberArgument } from './support/arguments.js';
import { Client, enrol, signIns } from './support/client.js';
import type { Holder } from './support/client.js';
import { busyTimeByPart } from './support/cpu-profile.js';
import { memoryLatency } from './support/memory-latency.js';
import { givePast } from './support/past-uses.js';
import { progressLine } from './support/progress.js';
import { freePort, ServerProcess } from './support/server-process.js';

const HELP = `What a durable sign-in costs, in one run: npm run bench:sign-in

CPU of the service (user and system, all threads) for a sign-in over HTTP, which is two requests and one event on disk, divided
by the CPU of one ES256 verification with a cached key, measured in between. Then the same for accounts with a short
and a long past, with their states in memory and read anew each time; and where the time goes. The time of a read out of the
cache that all cores share is told before and after the rounds: runs on a machine where it takes another time are hard to compare.

  --rounds N        measured rounds                                    9
  --count N         sign-ins a round                                   3000
  --concurrency N   sign-ins under way at a time                       16
  --past N          uses that the account with a long past has         100000
`;

helpFor(HELP);
const rounds = numberArgument('--rounds', 9);
const count = numberArgument('--count', 3_000);
const concurrency = numberArgument('--concurrency', 16);
const past = numberArgument('--past', 100_000);
const WARM_UP = 20_000;
const SHORT_PAST = 10;
const BOUND = 8;
const SPREAD = 0.2;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const port = await freePort();
const client = new Client(port);
let server: ServerProcess | undefined;
try {
  server = await ServerProcess.start(folder, port);
  const holders: Holder[] = [];
  for (let index = 0; index < 64; index++) holders.push(await enrol(client, `holder-${index}`));
  const short = [await enrol(client, 'short-1'), await enrol(client, 'short-2')];
  const long = [await enrol(client, 'long-1'), await enrol(client, 'long-2')];

  console.log(`node ${process.version}, ${rounds} rounds of ${count} sign-ins, ${concurrency} at a time\n`);
  sayHowQuiet();
  // A service runs for weeks: what is measured is compiled code, not its compilation.
  await signIns(client, holders, WARM_UP, concurrency);
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const base = es256Verify();
    const cost = await costOf(server, holders, count, concurrency);
    ratios.push(cost / base);
    console.log(
      `round ${round}: sign-in ${cost.toFixed(0)} µs, ES256 verify ${base.toFixed(1)} µs, ratio ${(cost / base).toFixed(2)}`,
    );
  }
  const ratio = median(ratios);
  sayHowQuiet();
  console.log(
    `\na durable sign-in costs ${ratio.toFixed(2)} ES256 verifications (median); at most ${BOUND}: ${ratio <= BOUND ? 'yes' : 'NO'}\n`,
  );
  await server.stop();

  const progress = progressLine('giving accounts a past');
  await givePast(
    folder,
    new Map([
      ...short.map(({ accountId }) => [accountId, SHORT_PAST] as const),
      ...long.map(({ accountId }) => [accountId, past] as const),
    ]),
    progress,
  );
  for (const [name, environment] of [
    ['state in the cache', {}],
    ['state read anew', { LATCHKEY_ACCOUNT_CACHE: '0' }],
  ] as const) {
    server = await ServerProcess.start(folder, port, environment);
    await server.caughtUp();
    await signIns(client, [...short, ...long], WARM_UP / 4, 4);
    const differences: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const few = await costOf(server, short, count / 4, 2);
      const many = await costOf(server, long, count / 4, 2);
      differences.push(many / few - 1);
      console.log(
        `${name}, round ${round}: ${SHORT_PAST} past uses ${few.toFixed(0)} µs, ${past} past uses ${many.toFixed(0)} µs`,
      );
    }
    const difference = median(differences);
    console.log(
      `${name}: a long past costs ${(difference * 100).toFixed(1)} % more (median); within ${SPREAD * 100} %: ${Math.abs(difference) <= SPREAD ? 'yes' : 'NO'}\n`,
    );
    await server.stop();
  }

  const profiles = join(folder, 'profiles');
  mkdirSync(profiles);
  server = await ServerProcess.start(folder, port, {}, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  await server.caughtUp();
  await signIns(client, holders, count * 2, concurrency);
  await server.stop();
  console.log('where the main thread spends its time (sampled):');
  for (const [part, share] of busyTimeByPart(profiles)) {
    console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${part}`);
  }
} finally {
  client.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function sayHowQuiet(): void {
  console.log(`a read out of the shared cache: ${memoryLatency().toFixed(0)} ns`);
}

/** CPU µs of the service for one sign-in, reads of the metrics included. */
async function costOf(
  measured: ServerProcess,
  holders: readonly Holder[],
  signInCount: number,
  atATime: number,
): Promise<number> {
  const before = await measured.cpu();
  await signIns(client, holders, signInCount, atATime);
  return ((await measured.cpu()) - before) / signInCount;
}

/** CPU µs of one verification of a message as long as an assertion's, with the key imported before. */
function es256Verify(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = randomBytes(69);
  const signature = sign('sha256', message, privateKey);
  const times = 4_000;
  const check = (): void => {
    if (!verify('sha256', message, publicKey, signature)) throw new Error('a good signature failed');
  };
  for (let index = 0; index < times / 4; index++) check();
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) check();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
