import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Command } from 'commander';
import { exportKeysCommand, importKeysCommand } from '../../src/cli/account-keys.js';
import { exportEventsCommand, importEventsCommand } from '../../src/cli/events.js';
import { exportJobsCommand, importJobsCommand } from '../../src/cli/moved-jobs.js';
import { exportServiceCommand, importServiceCommand } from '../../src/cli/moved-service.js';
import { isConsistent } from '../../src/domain/audit/merkle-proofs.js';
import { sha256 } from '../../src/transparency/sha256.js';
import { clusterFor } from '../support/cluster.js';
import type { Person, SignedIn } from '../support/journeys.js';
import { answered, personWithPasskey, problem, PRODUCTS } from '../support/journeys.js';
import type { RequestedReset } from '../support/reset-journeys.js';
import { requestReset } from '../support/reset-journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer, until } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Checkpoint {
  readonly checkpoint: string;
  readonly treeSize: number;
  readonly rootHash: string;
}

interface Left {
  readonly ada: Person;
  readonly erased: Person;
  readonly signedIn: SignedIn;
  readonly key: string;
  readonly reads: ReadonlyMap<string, unknown>;
  readonly position: string;
  readonly auditKey: unknown;
  readonly checkpoint: Checkpoint;
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

const READS = ['', '/passkeys', '/history', '/factors?purpose=step-up'];

describe('a service that began in a data folder and goes on as a cluster', () => {
  let before: RunningServer;
  let server: RunningServer;
  let reset: RequestedReset;
  let resetting: Person;
  const left = new Map<string, Left>();

  async function lived(rp: 'mpchat' | 'moomoo'): Promise<Left> {
    const ada = await personWithPasskey(before, rp);
    const erased = await personWithPasskey(before, rp);
    answered(await erased.call('DELETE', ''), 200);
    const signedIn = await ada.signIn();
    const key = await before.keyFor(rp, 'accounts');
    const position = await ada.now();
    const reads = new Map<string, unknown>();
    for (const path of READS) reads.set(path, answered(await ada.call('GET', path), 200));
    const auditKey = answered(await before.call('GET', `/v1/${rp}/audit/key`), 200);
    const checkpoint = answered<Checkpoint>(await before.call('GET', `/v1/${rp}/audit/checkpoint`), 200);
    return { ada, erased, signedIn, key, reads, position, auditKey, checkpoint };
  }

  beforeAll(async () => {
    jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    before = await runServer();
    for (const rp of PRODUCTS) left.set(rp, await lived(rp));
    resetting = await personWithPasskey(before, 'mpchat');
    reset = await requestReset(resetting);
    await settled(before);
    const { clock, dataFolder, port, service } = before;
    await before.close();

    const files = temporaryFolder();
    const run = (command: Command, ...args: readonly string[]) => command.parseAsync(args, { from: 'user' });
    const [events, keys, own, jobs] = ['events', 'keys', 'own', 'jobs'].map((name) => join(files, name));
    const data = ['--data', dataFolder];
    await run(exportEventsCommand(), '--out', String(events), ...data);
    await run(exportKeysCommand(), '--out', String(keys), ...data);
    await run(exportServiceCommand(), '--out', String(own), ...data);
    await run(exportJobsCommand(), '--out', String(jobs), ...data);
    const cluster = await clusterFor(temporaryFolder());
    const to = ['--to', cluster.postgres.address];
    const redis = ['--redis', cluster.redis.url, '--namespace', cluster.redis.prefix.slice(0, -1)];
    await run(importEventsCommand(), '--in', String(events), ...to);
    await run(importKeysCommand(), '--in', String(keys), ...to, ...data);
    await run(importServiceCommand(), '--in', String(own), ...to);
    // The queue's time is the machine's, and here the clock stands.
    jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
    await run(importJobsCommand(), '--in', String(jobs), ...to, ...redis);
    jest.restoreAllMocks();
    server = await runServer({ clock, settings: { ...service.settings, dataFolder, port, cluster } });
    await settled(server);
  }, 90_000);

  afterAll(() => server.close());

  it('tells nobody again of what was told', () => {
    const people = [...left.values()].flatMap(({ ada, erased }) => [ada, erased]);
    const sent = [...people, resetting].flatMap(({ email, phone }) =>
      [email, phone].flatMap((to) => server.messagesTo(to)),
    );
    expect(sent).toStrictEqual([]);
  });

  describe.each(PRODUCTS)('at %s', (rp) => {
    const of = (): Left => {
      const all = left.get(rp);
      if (all === undefined) throw new Error(`nothing was left at ${rp}`);
      return all;
    };
    /** The same person, at the service that runs now. */
    const call = (person: Person, path: string, options?: Parameters<Person['call']>[2]) =>
      server.call('GET', `/v1/${rp}/accounts/${person.accountId}${path}`, options);

    it('reads what was read before, at the position of before and by a key of before', async () => {
      const { ada, key, position, reads } = of();
      for (const path of READS) {
        const after = path.includes('?') ? '&after=' : '?after=';
        const read = await call(ada, `${path}${after}${position}`);
        expect(answered(read, 200)).toStrictEqual(reads.get(path));
      }
      answered(await call(ada, '', { key }), 200);
    });

    it('signs in by a passkey of before, and believes the token that it gave then', async () => {
      const { ada, signedIn } = of();
      const opened = answered<Parameters<Person['answer']>[0] & { readonly ceremonyId: string }>(
        await server.call('POST', `/v1/${rp}/sign-ins`, { body: { device: { platform: 'web' } } }),
        201,
      );
      const verified = await server.call('POST', `/v1/${rp}/sign-ins/${opened.ceremonyId}/verify`, {
        body: { credential: ada.answer(opened) },
      });
      expect(answered<SignedIn>(verified, 200).accountId).toBe(ada.accountId);
      const body = { token: signedIn.token };
      const asked = await server.call('POST', `/v1/${rp}/tokens/introspect`, { body });
      expect(answered<{ active: boolean }>(asked, 200).active).toBe(true);
    });

    it('knows that an account was erased', async () => {
      expect(answered(await call(of().erased, ''), 410)).toStrictEqual(problem(410, 'account-erased'));
    });

    it('goes on with the log that auditors have a checkpoint of, under the same key', async () => {
      const { auditKey, checkpoint } = of();
      expect(answered(await server.call('GET', `/v1/${rp}/audit/key`), 200)).toStrictEqual(auditKey);
      const now = answered<Checkpoint>(await server.call('GET', `/v1/${rp}/audit/checkpoint`), 200);
      expect(now.treeSize).toBeGreaterThan(checkpoint.treeSize);
      const { treeSize: toSize } = now;
      const { treeSize: fromSize } = checkpoint;
      const asked = await server.call(
        'GET',
        `/v1/${rp}/audit/proofs/consistency?from=${fromSize}&to=${toSize}`,
      );
      const path = answered<{ path: readonly string[] }>(asked, 200).path.map(bytesOf);
      const [fromRoot, toRoot] = [bytesOf(checkpoint.rootHash), bytesOf(now.rootHash)];
      expect(isConsistent(sha256, { fromSize, toSize, path }, fromRoot, toRoot)).toBe(true);
    });
  });

  it('ends a reset that was waiting, when its time comes', async () => {
    const status = (): Promise<Answer> =>
      server.call('GET', `/v1/mpchat/accounts/${resetting.accountId}/resets/${reset.resetId}`);
    expect(answered<{ status: string }>(await status(), 200).status).toBe('requested');
    server.clock.advance(Date.parse(reset.expiresAt) - server.clock.now());
    await until(status, ({ body }) => (body as { status: string }).status === 'expired');
  });
});
