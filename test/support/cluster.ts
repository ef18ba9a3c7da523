import { afterAll, it } from '@jest/globals';
import type { ClusterSettings } from '../../src/infrastructure/config/cluster-settings.js';
import type { AdvancingClock } from './advancing-clock.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';

/** Which tier the servers of this run are of. */
export const IS_CLUSTER = process.env['LATCHKEY_TEST_TIER'] === 'cluster';

/** Of what only a data folder has: a test that the cluster's run is without. */
export const inDataFolder: (name: string, test: () => void | Promise<void>) => void = IS_CLUSTER
  ? () => undefined
  : it;

let postgres: Promise<PostgresServer> | undefined;
let redis: Promise<RedisServer> | undefined;
const places = new Map<string, ClusterSettings>();

/** The PostgreSQL server of this spec file. */
export function postgresOfCluster(): Promise<PostgresServer> {
  postgres ??= PostgresServer.start({ fsync: 'off', settings: { max_connections: '150' } });
  return postgres;
}

/** The Redis of this spec file, started when first asked for and stopped when the spec is done. */
export function redisServer(): Promise<RedisServer> {
  redis ??= RedisServer.start();
  return redis;
}

const running = new Set<() => Promise<void>>();

/** Closes it before the servers that it runs on are stopped: a spec's own hooks come after those of what it imports. */
export function closedInTime(close: () => Promise<void>): void {
  running.add(close);
}

afterAll(async () => {
  for (const close of running) await close();
  await (await postgres)?.stop();
  await (await redis)?.kill();
});

/** What takes the place of a data folder: a database and a part of Redis of its own, the same for the same folder. */
export async function clusterFor(dataFolder: string): Promise<ClusterSettings> {
  const known = places.get(dataFolder);
  if (known !== undefined) return known;
  const server = await postgresOfCluster();
  const address = server.url(await server.database());
  const place: ClusterSettings = {
    postgres: { address, keysAddress: address },
    eventStoreDb: null,
    redis: { url: (await redisServer()).url, prefix: `place-${places.size + 1}:` },
  };
  places.set(dataFolder, place);
  return place;
}

/**
 * Lets BullMQ, which asks the machine for the time, go by a clock that stands still, and look at it anew when it was advanced.
 * @returns puts the machine's time back
 */
export async function followClock(
  clock: AdvancingClock,
  { redis: place }: ClusterSettings,
): Promise<() => void> {
  const connection = await (await redisServer()).connection(place.prefix);
  const machine = Date.now;
  const followed = (): number => clock.now();
  Date.now = followed;
  let putOff: () => void;
  const look = (): void => {
    void connection.command('ZADD', `${place.prefix}jobs:jobs:marker`, 0, '0').catch(() => undefined);
    putOff = clock.ringAt(clock.now() + 1, look);
  };
  putOff = clock.ringAt(clock.now() + 1, look);
  return () => {
    putOff();
    if (Date.now === followed) Date.now = machine;
    connection.close();
  };
}
