import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helpFor, numberArgument } from './support/arguments.js';
import type { Holder } from './support/client.js';
import { Client, enrol } from './support/client.js';
import { givePast } from './support/past-uses.js';
import { API_KEY, freePort, ServerProcess } from './support/server-process.js';

const HELP = `Searching and exporting a long history, in one run: npm run bench:history

Gives accounts a past through the codec that the service uses, then searches the product's history by account, type, actor,
time and passkey while events are written at a steady rate, and streams the whole of it while the memory of the service is watched.

  --events N     events in the history                   1000000
  --accounts N   accounts that share it                  1000
  --searches N   searches that are measured              2000
  --writes N     events written a second meanwhile       200
`;

helpFor(HELP);
const events = numberArgument('--events', 1_000_000);
const accounts = numberArgument('--accounts', 1_000);
const searches = numberArgument('--searches', 2_000);
const writes = numberArgument('--writes', 200);
const AIM_MS = 50;
const MIB = 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const port = await freePort();
const client = new Client(port);
let server: ServerProcess | undefined;
try {
  server = await ServerProcess.start(folder, port);
  const holders: Holder[] = [];
  for (let index = 0; index < accounts; index++) holders.push(await enrol(client, `holder-${index}`));
  await server.stop();
  const each = Math.max(1, Math.floor(events / accounts));
  await givePast(folder, new Map(holders.map(({ accountId }) => [accountId, each])), () => undefined);

  const begun = performance.now();
  server = await ServerProcess.start(folder, port);
  await server.caughtUp();
  console.log(
    `node ${process.version}, ${accounts} accounts with ${each} events each beside their enrolment`,
  );
  console.log(`all read models took them in, from the start of the service on, in ${seconds(begun)} s`);

  const stopWriting = writeSteadily(holders);
  const taken: number[] = [];
  const product = '/v1/mpchat/audit';
  for (let index = 0; index < searches; index++) {
    const holder = holders[(index * 7_919) % holders.length];
    if (holder === undefined) break;
    const from = new Date(Date.now() - ((index * 104_729) % (each + 1)) * 60_000).toISOString();
    const kinds = [
      `accountId=${holder.accountId}`,
      'type=PasskeyUsed',
      'actor=client',
      `from=${from}`,
      `type=PasskeyUsed&from=${from}`,
      `accountId=${holder.accountId}&type=PasskeyRegistered`,
      'type=PasskeyRenamed',
    ];
    const { microseconds, status } = await client.exchange(
      'GET',
      `${product}/events?${kinds[index % kinds.length] ?? ''}`,
    );
    if (status !== 200) throw new Error(`a search was answered ${status}`);
    taken.push(microseconds / 1_000);
  }
  const written = await stopWriting();
  const p99 = quantile(taken, 0.99);
  console.log(
    `${searches} searches while ${written.toFixed(0)} events/s were written: median ${quantile(taken, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; at most ${AIM_MS}: ${p99 <= AIM_MS ? 'yes' : 'NO'}`,
  );

  const before = await memory(server);
  const exporting = performance.now();
  let most = before;
  const watch = setInterval(() => {
    if (server !== undefined) void memory(server).then((now) => (most = Math.max(most, now)));
  }, 250);
  const { bytes, lines } = await exportAll(`${product}/export`);
  clearInterval(watch);
  console.log(
    `an export of ${lines} lines, ${(bytes / MIB).toFixed(0)} MiB, in ${seconds(exporting)} s: the service had ${(before / MIB).toFixed(0)} MiB before and ${(most / MIB).toFixed(0)} MiB at most`,
  );
} finally {
  client.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns ends it, and says how many a second there were */
function writeSteadily(holders: readonly Holder[]): () => Promise<number> {
  const begun = performance.now();
  const under = new Set<Promise<unknown>>();
  let asked = 0;
  let failed: unknown;
  const tick = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * writes);
    for (; asked < due; asked++) {
      const holder = holders[asked % holders.length];
      const path = `/v1/mpchat/accounts/${holder?.accountId ?? ''}`;
      const done = client
        .call('PUT', path, { displayName: `name ${asked}` })
        .catch((error: unknown) => (failed = error))
        .finally(() => under.delete(done));
      under.add(done);
    }
  }, 5);
  return async () => {
    clearInterval(tick);
    await Promise.all(under);
    if (failed instanceof Error) throw failed;
    return asked / ((performance.now() - begun) / 1_000);
  };
}

function exportAll(path: string): Promise<{ readonly bytes: number; readonly lines: number }> {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${API_KEY}` } },
      (response) => {
        let bytes = 0;
        let lines = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          for (const byte of chunk) if (byte === 10) lines += 1;
        });
        response.on('error', reject);
        response.on('end', () => resolve({ bytes, lines }));
      },
    )
      .on('error', reject)
      .end();
  });
}

async function memory(measured: ServerProcess): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${measured.port}/metrics`)).text();
  const bytes = /^\w*process_resident_memory_bytes ([\d.e+-]+)$/mu.exec(text)?.[1];
  if (bytes === undefined) throw new Error('the metrics name no memory');
  return Number(bytes);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1_000).toFixed(1);
}
