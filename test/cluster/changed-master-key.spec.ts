import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Backends } from '../support/backends.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';

const run = promisify(execFile);
const ANSWERS_BETWEEN = 20;

describe('the master key of a service of several processes', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it('C7: is changed while they serve, and by restarting one after the other, and no call fails', async () => {
    const started = await ClusterOfProcesses.start();
    cluster = started;
    const one = await started.process('api');
    const other = await started.process('api');
    const rest = await started.process('projector', 'worker');
    const way = await started.behindProxy(one, other);
    const backends = new Backends(way);
    backends.begin();
    const keys = await way.get('/v1/moomoo/.well-known/jwks.json');
    const logKey = await way.get('/v1/moomoo/audit/key');
    await backends.further(ANSWERS_BETWEEN);

    const next = { LATCHKEY_MASTER_KEY: randomBytes(32).toString('base64') };
    const change = { LATCHKEY_NEW_MASTER_KEY: next.LATCHKEY_MASTER_KEY };
    expect((await started.commandWith(change, 'master-key', 'change')).stdout).toBe(
      'the master key is changed: start every process with the new one from now on\n',
    );
    await backends.further(ANSWERS_BETWEEN);
    expect(await one.terminate()).toBe(0);
    await expect(
      run(process.execPath, ['dist/main.js'], {
        env: { ...process.env, ...started.settings, LATCHKEY_DATA: one.folder, PORT: String(one.port) },
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^latchkey did not start: .* has been given another one since: start with the one that it has now/mu,
      ),
    });
    for (const each of [one, rest, other]) {
      if (each.isRunning) expect(await each.terminate()).toBe(0);
      await each.start(next);
      await backends.further(ANSWERS_BETWEEN);
    }
    await backends.stop();

    expect([backends.unanswered, backends.refusals]).toStrictEqual([0, []]);
    for (const { answer, body, key, method, path } of backends.answered)
      expect(await way.post(method, path, key, body)).toStrictEqual(answer);
    expect(await backends.recorded()).toStrictEqual(backends.expected());
    expect(await way.get('/v1/moomoo/.well-known/jwks.json')).toStrictEqual(keys);
    expect(await way.get('/v1/moomoo/audit/key')).toStrictEqual(logKey);
  }, 240_000);
});
