import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { clusterFor, IS_CLUSTER, postgresOfCluster, redisServer } from './cluster.js';

/** Every file that is kept of what a service was given: of its folder, or of the servers of its cluster. */
export async function filesKept(
  dataFolder: string,
): Promise<readonly (readonly [name: string, bytes: Buffer])[]> {
  const folders = IS_CLUSTER
    ? [join((await postgresOfCluster()).folder, 'data'), (await redisServer()).folder]
    : [dataFolder];
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))] as const),
  );
}

/** What is still to be done, as it is kept: the table of jobs, or everything that Redis has written. */
export async function jobsKept(dataFolder: string): Promise<string> {
  if (IS_CLUSTER) {
    const folder = join((await redisServer()).folder, 'appendonlydir');
    return readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'latin1'))
      .join('');
  }
  const database = new DatabaseSync(join(dataFolder, FILES.jobs), { readOnly: true });
  const kept = JSON.stringify(database.prepare('select * from jobs').all());
  database.close();
  return kept;
}

/** Of a service that is stopped: what was to be done, and how far events were turned into it. */
export async function loseJobs(dataFolder: string): Promise<void> {
  if (IS_CLUSTER) {
    const { redis } = await clusterFor(dataFolder);
    const connection = await (await redisServer()).connection(redis.prefix);
    for (const kind of ['jobs', 'processes']) {
      for (const key of (await connection.command('KEYS', `${redis.prefix}${kind}:*`)) as Buffer[])
        await connection.command('DEL', key);
    }
    connection.close();
    return;
  }
  for (const end of ['', '-wal', '-shm']) rmSync(join(dataFolder, `${FILES.jobs}${end}`), { force: true });
}
