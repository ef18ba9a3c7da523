import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpFor, numberArgument } from './support/arguments.js';
import { Client, enrol, signIns } from './support/client.js';
import type { Exchanged, Holder } from './support/client.js';
import { freePort, ServerProcess } from './support/server-process.js';

const HELP = `Can an outsider tell by the clock which accounts exist? npm run bench:enumeration

Asks for names that have an account with a passkey and a phone, and for names that have none, in random order and one
after the other, and compares how long the answers take: the start of a sign-in, the start of a fallback, a wrong code, and
the request that comes right after each fallback's start. Statuses must be the same as well.

  "slower" is how often an answer for a name that exists takes longer than one for a name that doesn't, over all pairs of the
  two (the Mann-Whitney statistic). 50 % tells nothing. The range beside it is where 95 of 100 runs would fall if there
  were no difference at all. A shift that one answer can't show may show in many: the numbers are what they are.

  --samples N       answers measured of each kind and each call        600
`;

helpFor(HELP);
const samples = numberArgument('--samples', 600, 20);

/** A name is sent so many codes in ten minutes, and no more. */
const STARTS_PER_NAME = 15;
const WARM_UP = 6_000;
/** The standard normal distribution: 95 of 100 lie within so many deviations. */
const Z_95 = 1.96;
const RP = '/v1/mpchat';
const DEVICE = { platform: 'web', appKind: 'web' } as const;
const KINDS = ['known', 'unknown'] as const;

type Kind = (typeof KINDS)[number];
type Measured = Readonly<Record<Kind, Exchanged[]>>;

const names = Math.ceil(samples / STARTS_PER_NAME);
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const port = await freePort();
const client = new Client(port);
let server: ServerProcess | undefined;
try {
  server = await ServerProcess.start(folder, port);
  const holders: Holder[] = [];
  for (let index = 0; index < names; index++) {
    holders.push(await enrol(client, nameOf('known', index), { phone: phoneOf(index) }));
  }
  await signIns(client, holders, WARM_UP, 16);

  const start = measured();
  const fallback = measured();
  const next = measured();
  const wrongCode = measured();
  for (const { kind, name } of inRandomOrder()) {
    start[kind].push(await client.exchange('POST', `${RP}/sign-ins`, { accountId: name, device: DEVICE }));
    const started = await client.exchange('POST', `${RP}/sign-ins/fallback`, {
      accountId: name,
      factor: 'sms',
      device: DEVICE,
    });
    fallback[kind].push(started);
    next[kind].push(await client.exchange('GET', '/health/live'));
    const { checkId } = JSON.parse(started.text) as { checkId: string };
    wrongCode[kind].push(
      await client.exchange('POST', `${RP}/sign-ins/fallback/${checkId}/verify`, { code: '000000' }),
    );
  }

  console.log(
    `node ${process.version}, ${samples} answers of each kind, one at a time, ${names} names each\n`,
  );
  console.log('call                          known, µs   unknown, µs   slower   no difference would be');
  console.log(row('start of a sign-in', start));
  console.log(row('start of a fallback', fallback));
  console.log(row('  the request right after it', next));
  console.log(row('wrong code', wrongCode));
} finally {
  client.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function measured(): Measured {
  return { known: [], unknown: [] };
}

/** Of equal length, so that nothing but the account tells them apart. */
function nameOf(kind: Kind, index: number): string {
  return `${kind === 'known' ? 'holder' : 'nobody'}-${String(index).padStart(6, '0')}`;
}

function phoneOf(index: number): string {
  return `+8613800${String(100_000 + index)}`;
}

function inRandomOrder(): readonly { readonly kind: Kind; readonly name: string }[] {
  const asked = KINDS.flatMap((kind) =>
    Array.from({ length: samples }, (_, index) => ({ kind, name: nameOf(kind, index % names) })),
  );
  return asked
    .map((each) => ({ each, place: randomInt(2 ** 40) }))
    .sort((left, right) => left.place - right.place)
    .map(({ each }) => each);
}

function row(call: string, { known, unknown }: Measured): string {
  const statuses = new Set([...known, ...unknown].map(({ status }) => status));
  if (statuses.size > 1) throw new Error(`${call}: the statuses differ, ${[...statuses].join(', ')}`);
  const [ofKnown, ofUnknown] = [known, unknown].map((answers) =>
    answers.map((answer) => answer.microseconds),
  );
  if (ofKnown === undefined || ofUnknown === undefined) throw new Error('nothing was measured');
  const slower = shareOfSlower(ofKnown, ofUnknown);
  const pairs = ofKnown.length * ofUnknown.length;
  const range = Z_95 * Math.sqrt((ofKnown.length + ofUnknown.length + 1) / (12 * pairs));
  const verdict = Math.abs(slower - 0.5) <= range ? 'none seen' : 'DIFFERENT';
  return [
    call.padEnd(29),
    median(ofKnown).toFixed(0).padStart(10),
    median(ofUnknown).toFixed(0).padStart(13),
    percent(slower).padStart(8),
    `  ${percent(0.5 - range)} to ${percent(0.5 + range)}: ${verdict}`,
  ].join(' ');
}

/** How often one of the first is larger than one of the second; where they are equal it counts half. */
function shareOfSlower(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const left of first) for (const right of second) wins += left > right ? 1 : left === right ? 0.5 : 0;
  return wins / (first.length * second.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
