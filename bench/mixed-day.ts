import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreationOptions, RequestOptions } from '../src/application/ports/webauthn.js';
import { SoftwareAuthenticator } from '../test/support/software-authenticator.js';
import { helpFor, numberArgument } from './support/arguments.js';
import type { Holder } from './support/client.js';
import { Client, enrol, signIn } from './support/client.js';
import { progressLine } from './support/progress.js';
import { quantile } from './support/quantile.js';
import { freePort, ServerProcess } from './support/server-process.js';

helpFor(`A mixed day on a cluster, in minutes: npm run bench:mixed-day

Needs an empty PostgreSQL database and a Redis, which the environment names as for the service:

  LATCHKEY_POSTGRES_URL=postgres://… LATCHKEY_REDIS_URL=redis://… npm run bench:mixed-day

Two API processes, a projector and a worker on this machine. People sign in (80 %), approve a transfer (12 %), enrol and add a
passkey (5 %) or lose it and reset it by a simulated face check (3 %), at a steady rate, each call at either process. Every
tenth visit asks the other process for what it has just been answered: how long that takes is how far the read models are behind.

  --minutes N   how long                     10
  --rate N      visits a second              20
  --accounts N  that are there beforehand    200
`);

const MINUTES = numberArgument('--minutes', 10);
const RATE = numberArgument('--rate', 20);
const ACCOUNTS = numberArgument('--accounts', 200);
const RP = '/v1/mpchat';
const DEVICE = { platform: 'macos', osVersion: '15', appKind: 'web' } as const;
/** In ms. */
const LONGEST_LAG = 1_000;

/** A person who may lose the passkey. */
interface Visitor {
  holder: Holder;
  busy: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-day-'));
const port = await freePort();
const shared = { LATCHKEY_TIER: 'cluster', LATCHKEY_LOG: 'error' };
const api = { ...shared, LATCHKEY_ROLES: 'api' };
const processes = {
  // Development's origin is of its port, so that the two have the same one, each on its own loopback address.
  'api 1': await ServerProcess.start(folder, port, { ...api, HOST: '127.0.0.1' }),
  'api 2': await ServerProcess.start(folder, port, { ...api, HOST: '::1' }),
  projector: await ServerProcess.start(folder, await freePort(), { ...shared, LATCHKEY_ROLES: 'projector' }),
  worker: await ServerProcess.start(folder, await freePort(), { ...shared, LATCHKEY_ROLES: 'worker' }),
};
const clients = [new Client(port), new Client(port, '::1')] as const;
const either = (): Client => clients[Math.random() < 0.5 ? 0 : 1];

const done = { 'sign-ins': 0, 'step-ups': 0, adds: 0, resets: 0 };
const failures: string[] = [];
const lags: number[] = [];
const memory = new Map<string, number[]>(Object.keys(processes).map((name) => [name, []]));
const visitors: Visitor[] = [];

try {
  const enrolling = progressLine('enrolling');
  for (let index = 0; index < ACCOUNTS; index++) {
    visitors.push({ holder: await enrol(either(), `day-${index}`, phoneOf(index)), busy: false });
    enrolling(index + 1, ACCOUNTS);
  }
  await play();
  report();
} finally {
  for (const client of clients) client.close();
  for (const each of Object.values(processes)) await each.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** So many visits a second, each begun when it is due, whether or not those before it are over. */
async function play(): Promise<void> {
  const showing = progressLine('the day');
  const visits = MINUTES * 60 * RATE;
  const begun = performance.now();
  const underWay = new Set<Promise<void>>();
  for (let count = 0; count < visits; count++) {
    const due = begun + (count * 1_000) / RATE;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    const visit: Promise<void> = visited(count)
      .catch((error: unknown) => void failures.push(error instanceof Error ? error.message : String(error)))
      .finally(() => underWay.delete(visit));
    underWay.add(visit);
    if (count % (10 * RATE) === 0)
      for (const [name, each] of Object.entries(processes)) memory.get(name)?.push(await each.memory());
    showing(count + 1, visits);
  }
  await Promise.all(underWay);
}

async function visited(count: number): Promise<void> {
  const chance = Math.random();
  const visitor = visitors.filter(({ busy }) => !busy)[Math.floor(Math.random() * visitors.length)];
  if (visitor === undefined || chance < 0.05) {
    const index = ACCOUNTS + count;
    visitors.push({ holder: await enrol(either(), `day-${index}`, phoneOf(index)), busy: false });
    done.adds += 1;
    return;
  }
  visitor.busy = true;
  try {
    if (chance < 0.08) await reset(visitor);
    else if (chance < 0.2) await approve(visitor.holder);
    else await signIn(either(), visitor.holder);
    done[chance < 0.08 ? 'resets' : chance < 0.2 ? 'step-ups' : 'sign-ins'] += 1;
    if (count % 10 === 0) await measureLag(visitor.holder);
  } finally {
    visitor.busy = false;
  }
}

async function approve({ accountId, authenticator }: Holder): Promise<void> {
  const parameters = { amount: '12', asset: 'USDT', recipient: `friend-${accountId}` };
  const account = `${RP}/accounts/${accountId}`;
  const started = await either().call<{ stepUpId: string; publicKey: RequestOptions }>(
    'POST',
    `${account}/step-ups`,
    { action: 'internal-transfer', parameters },
  );
  const credential = authenticator.get(started.publicKey, { origin: clients[0].origin });
  const { token } = await either().call<{ token: string }>(
    'POST',
    `${account}/step-ups/${started.stepUpId}/verify`,
    { credential },
  );
  await either().call('POST', `${RP}/tokens/redeem`, {
    token,
    accountId,
    action: 'internal-transfer',
    parameters,
  });
}

/** A lost phone: a face check, and a new passkey in place of the old one. */
async function reset(visitor: Visitor): Promise<void> {
  const { accountId } = visitor.holder;
  const account = `${RP}/accounts/${accountId}`;
  const { resetId, resetSecret } = await either().call<{ resetId: string; resetSecret: string }>(
    'POST',
    `${account}/resets`,
    {},
  );
  await either().call('POST', `/dev/liveness/${resetId}`, { verdict: 'passed' });
  const started = await either().call<{ ceremonyId: string; publicKey: CreationOptions }>(
    'POST',
    `${account}/passkeys/registrations`,
    { resetId, resetSecret, device: DEVICE, entryPoint: 'security-center' },
  );
  const authenticator = new SoftwareAuthenticator({ algorithm: -7, backupEligible: true });
  const credential = authenticator.create(started.publicKey, { origin: clients[0].origin });
  await either().call('POST', `${account}/passkeys`, { ceremonyId: started.ceremonyId, credential });
  visitor.holder = { accountId, authenticator };
}

/** From the answer of a command at one process to that of a query at the other which shows it. */
async function measureLag({ accountId }: Holder): Promise<void> {
  const account = `${RP}/accounts/${accountId}`;
  const [one, other] = Math.random() < 0.5 ? clients : [clients[1], clients[0]];
  const { position } = await one.call<{ position: string }>('PUT', account, {
    displayName: `Since ${String(performance.now())}`,
  });
  const begun = performance.now();
  await other.call('GET', `${account}?after=${position}`);
  lags.push(performance.now() - begun);
}

function report(): void {
  const load = `${MINUTES} minutes, ${RATE} visits a second`;
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ${load}\n`);
  const rows: (readonly [string, string])[] = [
    [
      'visits',
      Object.entries(done)
        .map(([what, times]) => `${times} ${what}`)
        .join(', '),
    ],
    ['calls that failed', `${failures.length}; at most 0: ${yes(failures.length === 0)}`],
    [
      'read models behind',
      `median ${ms(0.5)}, p99 ${ms(0.99)}, most ${ms(1)}; p99 at most ${LONGEST_LAG} ms: ${yes(quantile(lags, 0.99) <= LONGEST_LAG)}`,
    ],
    ...[...memory].map(([name, bytes]) => [`memory of ${name}`, thirds(bytes)] as const),
  ];
  for (const [what, value] of rows) console.log(`| ${what.padEnd(20)} | ${value} |`);
  for (const failure of new Set(failures.slice(0, 5))) console.log(failure.slice(0, 300));
}

/** Resident memory over the day: flat where the last third is not above the one before. */
function thirds(bytes: readonly number[]): string {
  const third = Math.ceil(bytes.length / 3);
  const mean = (some: readonly number[]): number =>
    some.reduce((sum, each) => sum + each, 0) / some.length / 2 ** 20;
  return [0, 1, 2]
    .map((which) => `${mean(bytes.slice(which * third, (which + 1) * third)).toFixed(0)} MiB`)
    .join(', ');
}

function ms(share: number): string {
  return `${quantile(lags, share).toFixed(0)} ms`;
}

function yes(held: boolean): string {
  return held ? 'yes' : 'NO';
}

function phoneOf(index: number): { readonly phone: string } {
  return { phone: `+8618${String(500_000_000 + index)}` };
}
