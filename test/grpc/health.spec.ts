import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChannelCredentials, ClientReadableStream } from '@grpc/grpc-js';
import { credentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { DatabaseSync } from '@photostructure/sqlite';
import { protoPath } from 'grpc-health-check';
import { eventually } from '../support/eventually.js';
import { personWithPasskey } from '../support/journeys.js';
import { inDataFolder } from '../support/cluster.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, withGrpc } from '../support/running-server.js';

interface HealthClient {
  check(request: { service: string }, answer: (error: Error | null, answered: unknown) => void): void;
  watch(request: { service: string }): ClientReadableStream<{ readonly status: string }>;
  close(): void;
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const { Health } = (
  loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    grpc: { health: { v1: { Health: new (to: string, how: ChannelCredentials) => HealthClient } } };
  }
).grpc.health.v1;

/** Asks as Kubernetes and load balancers do. */
async function served(more: Parameters<typeof runServer>[0] = {}) {
  const settings = await withGrpc();
  const server = await runServer({ ...more, settings: { ...more.settings, ...settings } });
  open.push(server);
  const client = new Health(`localhost:${settings.grpc.port}`, credentials.createInsecure());
  open.push(client);
  const check = (service: string): Promise<unknown> =>
    new Promise((answer, fail) =>
      client.check({ service }, (error, answered) => (error === null ? answer(answered) : fail(error))),
    );
  return { server, client, check };
}

const SERVING = { status: 'SERVING' };
const NOT_SERVING = { status: 'NOT_SERVING' };
const PASSKEYS = 'latchkey.v1.PasskeysService';

/** The data of a service in which one event can't be read. */
async function brokenFolder(): Promise<Pick<RunningServer, 'dataFolder' | 'clock'>> {
  const { dataFolder, clock, ...first } = await runServer();
  const server = { dataFolder, clock, ...first };
  await (await personWithPasskey(server, 'mpchat')).history();
  await server.close();
  const database = new DatabaseSync(join(dataFolder, 'events.sqlite'));
  database.prepare("update events set body = cast('{}' as blob) where type = 'SecurityCheckPassed'").run();
  database.close();
  for (const file of ['', '-wal', '-shm']) {
    rmSync(join(dataFolder, `read-models.sqlite${file}`), { force: true });
  }
  return { dataFolder, clock };
}

describe('grpc.health.v1.Health', () => {
  it('says that each service serves where the service is ready', async () => {
    const { check } = await served();
    expect(await check('')).toStrictEqual(SERVING);
    expect(await check(PASSKEYS)).toStrictEqual(SERVING);
    await expect(check('latchkey.v1.Nothing')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  inDataFolder(
    'says that none serves as soon as /health/ready says that a projection has stopped',
    async () => {
      const { dataFolder, clock } = await brokenFolder();
      const { server, check } = await served({ settings: { dataFolder }, clock });
      await eventually(async () => (await server.call('GET', '/health/ready', { key: null })).status === 503);
      await eventually(async () => JSON.stringify(await check('')) === JSON.stringify(NOT_SERVING));
      expect(await check(PASSKEYS)).toStrictEqual(NOT_SERVING);
    },
  );

  it('tells who watches before the service goes, and nobody twice', async () => {
    const { server, client } = await served();
    const told: unknown[] = [];
    const watch = client.watch({ service: PASSKEYS });
    watch.on('data', (message) => told.push(message));
    watch.on('error', () => undefined);
    await eventually(() => told.length === 1);
    const closing = server.close();
    await eventually(() => told.length === 2);
    watch.cancel();
    await closing;
    expect(told).toStrictEqual([SERVING, NOT_SERVING]);
  });
});
