import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as } from '../../src/domain/kernel/ids.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { answered, Person, personWithPasskey, problem } from '../support/journeys.js';
import { inDataFolder } from '../support/cluster.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('B4 erasing', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await runServer();
  });

  afterAll(() => server.close());

  it('is refused to a key without its scope, and to one of another product', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const others = await server.keyFor('mpchat', 'accounts', 'passkeys', 'admin', 'resets', 'compliance');
    const refused = await ada.call('DELETE', '', { key: others });
    expect(refused.body).toStrictEqual(problem(403, 'scope-missing', { scope: 'erase' }));
    const foreign = await ada.call('DELETE', '', { key: await server.keyFor('moomoo', 'erase') });
    expect(foreign.body).toStrictEqual(problem(404, 'relying-party-not-found'));
    const nobody = await new Person(server, 'mpchat').call('DELETE', '');
    expect(nobody.body).toStrictEqual(problem(404, 'account-not-found'));
    answered(await ada.call('GET', ''), 200);
    answered(await ada.call('DELETE', '', { key: await server.keyFor('mpchat', 'erase') }), 200);
  });

  it('is refused while a reset is open', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const { resetId, expiresAt } = answered<{ resetId: string; expiresAt: string }>(
      await ada.call('POST', '/resets', { body: {} }),
      201,
    );
    const refused = await ada.call('DELETE', '');
    expect(refused.body).toStrictEqual(problem(409, 'reset-under-way', { resetId, until: expiresAt }));
    const { token } = await ada.proofFor('cancel-reset', { resetId });
    const headers = { 'step-up-token': token };
    answered(await ada.call('POST', `/resets/${resetId}/cancel`, { headers }), 200);
    answered(await ada.call('DELETE', ''), 200);
  });

  it('happens once, however often and beside whatever else it is asked for', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const calls = Array.from({ length: 12 }, (_, index) =>
      index % 3 === 0
        ? ada.call('DELETE', '')
        : ada.call('PUT', '', { body: { displayName: `Ada ${index}`, identifiers: [`ada-${index}`] } }),
    );
    const answers = await Promise.all(calls);
    const receipts = answers.filter((_, index) => index % 3 === 0).map(({ status, text }) => [status, text]);
    expect(receipts).toStrictEqual(receipts.map(() => [200, receipts[0]?.[1]]));
    for (const { body, status } of answers.filter((_, index) => index % 3 !== 0)) {
      if (status !== 200) expect(body).toStrictEqual(problem(410, 'account-erased'));
    }
    const completed: string[] = [];
    for await (const stream of server.service.tier.events.streamsNamed('erasure-moomoo.'))
      completed.push(stream);
    expect(completed).toHaveLength(1);
    expect((await ada.call('GET', '')).body).toStrictEqual(problem(410, 'account-erased'));
  });
});

describe('B4 a key store of before an erasure', () => {
  inDataFolder('loses the key again before anything is served', async () => {
    let server = await runServer();
    const { dataFolder, service, clock } = server;
    const ada = new Person(server, 'mpchat');
    await ada.enrol({ displayName: 'Ada Lovelace' });
    const { settings } = service;
    await server.close();
    const kept = join(temporaryFolder(), FILES.keys);
    copyFileSync(join(dataFolder, FILES.keys), kept);

    server = await runServer({ settings, clock });
    const path = `/v1/mpchat/accounts/${ada.accountId}`;
    const { receipt } = answered<{ receipt: string }>(await server.call('DELETE', path), 200);
    await server.close();
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(dataFolder, `${FILES.keys}${suffix}`), { force: true });
    }
    copyFileSync(kept, join(dataFolder, FILES.keys));

    server = await runServer({ settings, clock });
    const { events, keyring } = server.service.tier;
    const subjects: string[] = [];
    for await (const { body, type } of events.readAll(0)) {
      if (type !== 'ErasureCompleted') continue;
      subjects.push(
        (JSON.parse(new TextDecoder().decode(body)) as { data: { subject: string } }).data.subject,
      );
    }
    expect(subjects).toHaveLength(1);
    expect(await keyring.find(as(subjects[0] ?? ''))).toBeUndefined();
    expect(await keyring.isDestroyed(as(subjects[0] ?? ''))).toBe(true);
    expect((await server.call('GET', path)).body).toStrictEqual(problem(410, 'account-erased'));
    expect(answered<{ receipt: string }>(await server.call('DELETE', path), 200).receipt).toBe(receipt);
    await server.close();
  });
});
