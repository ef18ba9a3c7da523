import { afterEach, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { feeds, follows } from '../support/health.js';

const BACKENDS = 3;
/** In ms: what stops a process kills it then. */
const GRACE = 30_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A wire to one of the servers of a cluster, which can fall silent for one of its processes. */
async function wireTo(target: number | string): Promise<BreakableWire> {
  const wire = await BreakableWire.to(target);
  closing.push(() => wire.close());
  return wire;
}

describe('a process that is told to stop, and whose server doesn’t answer any more', () => {
  it.each([
    [
      'PostgreSQL',
      ({ postgres }: ClusterOfProcesses) => postgres.socket,
      (cluster: ClusterOfProcesses, host: string) => ({ LATCHKEY_POSTGRES_URL: cluster.databaseBy(host) }),
    ],
    [
      'Redis',
      ({ redis }: ClusterOfProcesses) => redis.port,
      (_cluster: ClusterOfProcesses, host: string) => ({ LATCHKEY_REDIS_URL: `redis://${host}` }),
    ],
  ])(
    'C7: ends within half a minute, says what it left, and others go on with that: %s',
    async (_server, targetOf, settingsBy) => {
      const cluster = await ClusterOfProcesses.start(undefined, 'moomoo', { LATCHKEY_LOG: 'error' });
      closing.push(() => cluster.stop());
      const wire = await wireTo(targetOf(cluster));
      const cutOff = await cluster.processWith(
        settingsBy(cluster, `127.0.0.1:${wire.port}`),
        ...(['api', 'projector', 'worker'] as const),
      );
      await eventually(async () => (await feeds(cutOff)) && (await follows(cutOff)));
      const other = await cluster.process('api', 'projector', 'worker');
      const way = await cluster.behindProxy(cutOff, other);
      const backends = new Backends(way);
      backends.begin(BACKENDS);
      await backends.further(20);

      wire.hold();
      const toldAt = performance.now();
      const code = await cutOff.terminate();
      const took = performance.now() - toldAt;
      await backends.further(20);
      await backends.stop();

      expect(took).toBeLessThan(GRACE);
      expect(code).toBe(1);
      const said = cutOff.printed.split('\n').filter((line) => line.includes('come to its end'));
      expect(said.map((line) => JSON.parse(line) as object)).toMatchObject([
        { level: 50, unfinished: expect.arrayContaining(['stores']) },
      ]);
      expect(backends.refusals.filter((refusal) => refusal !== 'try-again')).toStrictEqual([]);
      expect(await backends.recorded()).toStrictEqual(backends.expected());
      const before = await backends.views();
      await cluster.rebuildAll();
      expect(await backends.views()).toStrictEqual(before);
    },
    120_000,
  );
});
