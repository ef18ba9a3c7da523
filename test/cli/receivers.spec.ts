import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { receiversCommand } from '../../src/cli/receivers.js';
import type { JobPayload } from '../../src/application/ports/jobs.js';
import { SqliteJobStore } from '../../src/infrastructure/jobs/sqlite/sqlite-job-store.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteGoneReceiverStore } from '../../src/infrastructure/service/sqlite/sqlite-gone-receiver-store.js';
import type { ReceiverAddress } from '../../src/infrastructure/webhooks/gone-receivers.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const AT = Date.parse('2026-03-02T09:00:00.000Z');
const HOOKS: ReceiverAddress = { rp: 'mpchat', takes: 'webhooks', url: 'https://mp.net/hooks' };

describe('latchkey receivers', () => {
  let folder: string;
  let printed: string[];

  beforeEach(() => {
    folder = temporaryFolder();
    openServiceDatabase(join(folder, 'service.sqlite')).close();
    SqliteJobStore.open(join(folder, 'jobs.sqlite'), () => AT).close();
    printed = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function isGone(...receivers: readonly ReceiverAddress[]): Promise<void> {
    const service = openServiceDatabase(join(folder, 'service.sqlite'));
    for (const each of receivers) await new SqliteGoneReceiverStore(service).add({ ...each, since: AT });
    service.close();
  }

  async function givenUp(kind: string, payload: JobPayload, reason: string): Promise<void> {
    const store = SqliteJobStore.open(join(folder, 'jobs.sqlite'), () => AT);
    await store.enqueue([{ id: `${kind}.${Object.values(payload).join('.')}`, kind, payload, runAt: 0 }]);
    for (const job of await store.take(1))
      await store.fail(job, { name: 'WebhookNotDelivered', message: reason }, undefined);
    store.close();
  }

  async function deadIds(): Promise<readonly string[]> {
    const store = SqliteJobStore.open(join(folder, 'jobs.sqlite'), () => AT);
    const dead = await store.dead(100);
    store.close();
    return dead.map(({ id }) => id);
  }

  const run = (...args: readonly string[]) => {
    const command = receiversCommand();
    for (const each of command.commands) each.exitOverride();
    return command.parseAsync([...args, '--data', folder], { from: 'user' });
  };

  it('lists those that are gone', async () => {
    await isGone(HOOKS, { ...HOOKS, rp: 'moomoo', takes: 'security-events' });
    await run('list');
    expect(printed).toStrictEqual([
      'moomoo  security-events  2026-03-02T09:00:00.000Z  https://mp.net/hooks\n',
      'mpchat  webhooks  2026-03-02T09:00:00.000Z  https://mp.net/hooks\n',
    ]);
  });

  it('resumes one: what was given up because it was gone is run again, and nothing else', async () => {
    await isGone(HOOKS, { ...HOOKS, takes: 'security-events' });
    await givenUp('webhook-delivery', { rp: 'mpchat', eventId: 'one' }, 'gone');
    await givenUp('webhook-delivery', { rp: 'mpchat', eventId: 'two' }, 'gone');
    await givenUp('webhook-delivery', { rp: 'mpchat', eventId: 'three' }, 'http-503');
    await givenUp('webhook-delivery', { rp: 'moomoo', eventId: 'four' }, 'gone');
    await givenUp('security-event-delivery', { rp: 'mpchat', eventId: 'five' }, 'gone');
    await run('resume', 'mpchat', 'webhooks');
    expect(printed).toStrictEqual(['mpchat is told again, of 2 that were given up as well\n']);
    expect(await deadIds()).toStrictEqual([
      'security-event-delivery.mpchat.five',
      'webhook-delivery.moomoo.four',
      'webhook-delivery.mpchat.three',
    ]);
    await run('list');
    expect(printed.slice(1)).toStrictEqual([
      'mpchat  security-events  2026-03-02T09:00:00.000Z  https://mp.net/hooks\n',
    ]);
  });

  it('resumes also what was left when a command was broken off', async () => {
    await givenUp('security-event-delivery', { rp: 'mpchat', eventId: 'one' }, 'gone');
    await run('resume', 'mpchat', 'security-events');
    expect(await deadIds()).toStrictEqual([]);
    expect(printed).toStrictEqual(['mpchat is told again, of 1 that were given up as well\n']);
  });

  it('refuses what is not gone, what there is not, and a folder that is none', async () => {
    await isGone(HOOKS);
    await expect(run('resume', 'moomoo', 'webhooks')).rejects.toThrow(
      'no receiver of webhooks of moomoo is gone',
    );
    await expect(run('resume', 'mpchat', 'letters')).rejects.toThrow('Allowed choices are');
    folder = join(folder, 'nowhere');
    await expect(run('list')).rejects.toThrow('is no data folder of Latchkey');
  });
});
