import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { PROCESSES } from '../../src/application/processes/processes.js';
import { answered, otherThan, Person, personWithPasskey, problem } from '../support/journeys.js';
import { inDataFolder } from '../support/cluster.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';
import { samplesOf } from '../support/scrape.js';

const PROJECTIONS = [
  'passkey-list',
  'account-overview',
  'account-history',
  'account-resets',
  'trusted-devices',
  'sign-in-approvals',
  'event-log',
  'compliance',
];

interface Readiness {
  readonly status: string;
  readonly projections: readonly { projection: string; status: string; lag: number; failure: unknown }[];
}

const readinessOf = (server: RunningServer) => server.call('GET', '/health/ready', { key: null });

/** Each projection has stopped or has nothing left to apply. */
function hasSettled({ projections }: Readiness): boolean {
  return projections.every(({ status, lag }) => status === 'stopped' || (status === 'running' && lag === 0));
}

describe('a running service', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await runServer();
  });
  afterAll(() => server.close());

  it('says that it lives and that it is ready, with each projection', async () => {
    const live = await server.call('GET', '/health/live', { key: null });
    expect(answered(live, 200)).toStrictEqual({ status: 'ok' });
    expect(answered(await readinessOf(server), 200)).toStrictEqual({
      status: 'ok',
      projections: PROJECTIONS.map((projection) => ({
        projection,
        version: expect.any(Number),
        status: 'running',
        lag: 0,
        failure: null,
        rebuild: null,
      })),
      processes: PROCESSES.map(({ name }) => ({
        process: name,
        status: 'running',
        lag: 0,
        failure: null,
      })),
      jobs: { waiting: 0, due: 0, running: 0, dead: 0 },
    });
  });

  it('counts commands by what they came to, and says how long appends take and how far projections are', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await ada.signIn();
    const { checkId } = await ada.startCheck('change-factors', 'email');
    answered(await ada.enter(checkId, otherThan(ada.codeBy('email'))), 422);
    answered(await new Person(server, 'moomoo').call('POST', '/unlock'), 404);
    await ada.history();

    const samples = await samplesOf(server);
    const counted = (command: string, rp: string, outcome: string) =>
      samples.get(`latchkey_commands_total{command="${command}",rp="${rp}",outcome="${outcome}"}`);
    expect([
      counted('PutAccount', 'mpchat', 'accepted'),
      counted('StartSecurityCheck', 'mpchat', 'accepted'),
      counted('VerifySecurityCheck', 'mpchat', 'accepted'),
      counted('VerifySecurityCheck', 'mpchat', 'wrong-code'),
      counted('RegisterPasskey', 'mpchat', 'accepted'),
      counted('VerifySignIn', 'mpchat', 'accepted'),
      counted('UnlockAccount', 'moomoo', 'account-not-found'),
    ]).toStrictEqual([2, 2, 1, 1, 1, 1, 1]);
    expect(samples.get('latchkey_append_seconds_count')).toBeGreaterThanOrEqual(5);
    expect(samples.get('latchkey_append_seconds_sum')).toBeGreaterThan(0);
    for (const projection of PROJECTIONS) {
      expect(samples.get(`latchkey_projection_lag_events{projection="${projection}"}`)).toBe(0);
    }
    for (const { name } of PROCESSES) {
      expect(samples.has(`latchkey_process_lag_events{process="${name}"}`)).toBe(true);
    }
    for (const state of ['waiting', 'due', 'running', 'dead']) {
      expect(samples.has(`latchkey_jobs{state="${state}"}`)).toBe(true);
    }
    expect(samples.has('latchkey_nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  it('names nobody in its metrics', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { text } = await server.call('GET', '/metrics', { key: null });
    for (const told of [ada.accountId, ada.phone, ada.email, ada.passkeyId]) expect(text).not.toContain(told);
  });

  it('publishes the public half of its keys, to be kept for a while', async () => {
    const published = await server.call('GET', '/.well-known/jwks.json', { key: null });
    expect(answered(published, 200)).toStrictEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: expect.stringMatching(/^[\w-]{43}$/u),
          y: expect.stringMatching(/^[\w-]{43}$/u),
          kid: expect.stringMatching(/^[\w-]{43}$/u),
          alg: 'ES256',
          use: 'sig',
        },
      ],
    });
    expect(published.headers['cache-control']).toBe('public, max-age=300');
  });
});

describe('an event that can’t be read', () => {
  inDataFolder(
    'stops what reads it, and that is said; what was recorded stays and commands go on',
    async () => {
      const first = await runServer();
      const { dataFolder } = first;
      const ada = await personWithPasskey(first, 'mpchat');
      await ada.history();
      await first.close();

      const database = new DatabaseSync(join(dataFolder, 'events.sqlite'));
      database
        .prepare("update events set body = cast('{}' as blob) where type = 'SecurityCheckPassed'")
        .run();
      database.close();
      // The read models are made anew, from the beginning.
      for (const file of ['', '-wal', '-shm'])
        rmSync(join(dataFolder, `read-models.sqlite${file}`), { force: true });

      const server = await runServer({ settings: { dataFolder }, clock: first.clock });
      try {
        const readiness = await until(
          () => readinessOf(server),
          ({ body }) => hasSettled(body as Readiness),
        );
        const { status, projections } = answered<Readiness>(readiness, 503);
        expect(status).toBe('degraded');
        // The list of passkeys doesn't look at security checks.
        expect(
          projections.map(({ projection, status: each, lag }) => [projection, each, lag > 0]),
        ).toStrictEqual([
          ['passkey-list', 'running', false],
          ['account-overview', 'stopped', true],
          ['account-history', 'stopped', true],
          ['account-resets', 'running', false],
          ['trusted-devices', 'running', false],
          ['sign-in-approvals', 'running', false],
          ['event-log', 'stopped', true],
          ['compliance', 'stopped', true],
        ]);
        expect(projections.map(({ failure }) => failure === null)).toStrictEqual([
          true,
          false,
          false,
          true,
          true,
          true,
          false,
          false,
        ]);
        expect(answered(await server.call('GET', '/health/live', { key: null }), 200)).toStrictEqual({
          status: 'ok',
        });
        const samples = await samplesOf(server);
        expect(samples.get('latchkey_projection_lag_events{projection="account-history"}')).toBeGreaterThan(
          0,
        );
        answered(await new Person(server, 'mpchat').call('PUT', '', { body: {} }), 201);
        // What can't be read decides nothing: the account's own commands fail, and don't say why.
        const onAda = await server.call('POST', `/v1/mpchat/accounts/${ada.accountId}/unlock`);
        expect(answered(onAda, 500)).toStrictEqual(problem(500, 'internal'));
      } finally {
        await server.close();
      }
    },
  );
});
