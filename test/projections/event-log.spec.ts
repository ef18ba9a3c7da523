import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { EventLogReader } from '../../src/application/audit/event-log-reader.js';
import { EVENT_LOG } from '../../src/application/projections/event-log.js';
import { as } from '../../src/domain/kernel/ids.js';
import { sha256 } from '../../src/infrastructure/keys/sha256.js';
import { rebuild } from '../../src/infrastructure/read-models/rebuild.js';
import { select } from '../../src/infrastructure/read-models/select.js';
import { mth } from '../domain/audit/naive-merkle-tree.js';
import { sample } from './account-events.js';
import { DataFolder } from './read-side.js';

const RP = as<never>('mpchat');
let folder: DataFolder;

beforeEach(() => {
  folder = new DataFolder();
});
afterEach(() => folder.close());

describe('B3 the event log', () => {
  it('has the root of the stored bytes, live, after a restart and after a rebuild', async () => {
    const first = await folder.started();
    await folder.append('ann', sample('AccountEnrolled'), sample('PasskeyRegistered'));
    await first.caughtUp();
    await folder.append('ben', sample('AccountEnrolled'));
    await first.caughtUp();
    await first.stop();
    const second = await folder.started();
    await folder.append('ann', sample('PasskeyUsed'));
    await folder.append('ben', sample('PasskeyRegistered'), sample('PasskeyUsed'));
    await second.caughtUp();

    const bodies: Uint8Array[] = [];
    for await (const { body } of folder.events.readAll(0)) bodies.push(body);
    const log = new EventLogReader(second.readModels, sha256);
    const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
    const sizes = [...Array(bodies.length + 1).keys()];
    const roots = (): Promise<readonly string[]> =>
      Promise.all(sizes.map(async (size) => hex(await log.root(RP, size))));
    const expected = sizes.map((size) => hex(mth(bodies.slice(0, size))));
    expect(await roots()).toStrictEqual(expected);

    const { codec, events, keyring, readModelsFile } = folder;
    await rebuild({ file: readModelsFile, name: 'event-log', events, codec, keyring });
    expect(await roots()).toStrictEqual(expected);
    await folder.append('ben', sample('PasskeyUsed'));
    await second.caughtUp();
    expect((await log.head(RP)).size).toBe(bodies.length + 1);
  });

  it.each([
    ['nothing', { rp: 'mpchat' }, 'leaf_index'],
    ['account', { rp: 'mpchat', subject: 'ann' }, 'leaf_index'],
    ['type', { rp: 'mpchat', type: 'PasskeyUsed' }, 'leaf_index'],
    ['actor', { rp: 'mpchat', actor: 'client' }, 'leaf_index'],
    ['request', { rp: 'mpchat', correlation_id: 'c' }, 'leaf_index'],
    ['passkey', { rp: 'mpchat', passkey_id: 'p' }, 'leaf_index'],
    ['credential', { rp: 'mpchat', credential_id: 'c' }, 'leaf_index'],
    ['moment', { rp: 'mpchat' }, 'reached_at'],
  ] as const)(
    'is searched by %s in an index, without a sort and without a scan',
    async (_what, where, orderBy) => {
      await folder.started();
      const { sql, values } = select(EVENT_LOG, {
        table: EVENT_LOG.name,
        where,
        orderBy,
        after: 0,
        limit: 10,
      });
      const database = new DatabaseSync(folder.readModelsFile);
      const plan = database.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
      database.close();
      const conditions = [...Object.keys(where).map((column) => `${column}=?`), `${orderBy}>?`].join(' AND ');
      expect(plan.map(({ detail }) => detail)).toStrictEqual([
        expect.stringMatching(
          new RegExp(
            `^SEARCH event-log@\\d+ USING INDEX \\S+ \\(${conditions.replaceAll('?', '\\?')}\\)$`,
            'u',
          ),
        ),
      ]);
    },
  );
});
