import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Which part of the service a frame belongs to; the first that matches counts. */
const PARTS: readonly (readonly [part: string, test: RegExp])[] = [
  ['idle', /^\(idle\)/u],
  ['garbage collection', /^\(garbage collector\)/u],
  ['WebAuthn: parse, check, verify', /infrastructure\/webauthn/u],
  ['tokens: sign', /infrastructure\/tokens|node_modules\/jose/u],
  ['projections and read models', /application\/projections|infrastructure\/read-models/u],
  ['event store', /infrastructure\/event-store|infrastructure\/sqlite/u],
  ['ephemeral store', /infrastructure\/ephemeral|infrastructure\/snapshots/u],
  ['codec and sealing', /infrastructure\/codec|infrastructure\/keys|canonicalize/u],
  ['SQLite driver', /photostructure/u],
  ['domain', /\/domain\//u],
  ['application', /\/application\//u],
  ['REST edge', /infrastructure\/(rest|web|observability|service)|node_modules\/zod/u],
  ['logging and metrics', /pino|sonic-boom|prom-client|thread-stream/u],
  ['Fastify and Nest', /fastify|@nestjs|find-my-way|rxjs|avvio|light-my-request/u],
  ['node: crypto', /node:internal\/crypto/u],
  [
    'node: HTTP and streams',
    /node:(_http|http|net|internal\/(stream|http|net|js_stream)|stream|buffer|events|string_decoder|internal\/buffer|querystring|url|internal\/url)/u,
  ],
  ['node: event loop, promises, timers', /node:/u],
];

/** Share of the main thread's busy time by part, largest first, from a profile that `--cpu-prof` wrote. */
export function busyTimeByPart(folder: string): readonly (readonly [part: string, share: number])[] {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the service left no profile');
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const partOf = new Map(profile.nodes.map(({ id, callFrame }) => [id, part(callFrame)]));
  const micros = new Map<string, number>();
  profile.samples.forEach((sample, index) => {
    const name = partOf.get(sample) ?? 'native code';
    micros.set(name, (micros.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  micros.delete('idle');
  const busy = [...micros.values()].reduce((sum, each) => sum + each, 0);
  return [...micros]
    .map(([name, each]) => [name, each / busy] as const)
    .sort(([, left], [, right]) => right - left);
}

function part({ functionName, url }: { functionName: string; url: string }): string {
  const text = `${functionName} ${url}`;
  return (
    PARTS.find(([, test]) => test.test(url === '' ? functionName : text))?.[0] ??
    'native code (system calls, parsing, crypto)'
  );
}
