import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { accountHistory } from '../../src/application/projections/account-history.js';
import { eventLog } from '../../src/application/projections/event-log.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { as } from '../../src/domain/kernel/ids.js';
import { rebuild } from '../../src/infrastructure/read-models/rebuild.js';
import { sample } from './account-events.js';
import { histories } from './generated-histories.js';
import type { ReadSide } from './read-side.js';
import { DataFolder } from './read-side.js';
import { shownRows } from './shown-rows.js';

/** What they show of an account is what stays of it: nothing in them is personal that isn't sealed. */
const HISTORIES: readonly string[] = [accountHistory.name, eventLog.name];
const SUBJECTS = ['ann', 'ben', 'cho'];

async function rowsOf({ readModels }: ReadSide, subject: string): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { name, tables } of PROJECTIONS) {
    for (const { columns, name: table } of tables) {
      if (!('subject' in columns) || HISTORIES.includes(name)) continue;
      counted[table] = (await readModels.list(name, { table, where: { subject } })).length;
    }
  }
  return counted;
}

describe('B4 the read models of an erased account', () => {
  let folder: DataFolder;

  beforeEach(() => {
    folder = new DataFolder();
  });

  afterEach(() => folder.close());

  it('hold no row of it whatever its history was, and come to the same when they are built again without its key', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (happened) => {
        const one = new DataFolder();
        try {
          const side = await one.started();
          const ended = new Set<string>();
          for (const { subject, event } of happened) {
            await one.append(subject, event);
            if (event.type === 'AccountErased') ended.add(subject);
          }
          for (const subject of SUBJECTS.filter((each) => !ended.has(each))) {
            await one.append(subject, sample('AccountErased'));
          }
          await side.caughtUp();
          for (const subject of SUBJECTS) {
            expect(Object.values(await rowsOf(side, subject)).filter((rows) => rows > 0)).toStrictEqual([]);
            await one.keyring.destroy(as(subject));
          }
          const live = await shownRows(one, side);
          for (const { name } of PROJECTIONS) {
            const { codec, events, keyring, readModelsFile } = one;
            await rebuild({ file: readModelsFile, name, events, codec, keyring });
          }
          expect(await shownRows(one, side)).toStrictEqual(live);
        } finally {
          await one.close();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('leave its neighbours as they are', async () => {
    const side = await folder.started();
    await folder.append('ann', sample('AccountEnrolled'), sample('PasskeyRegistered'));
    await folder.append('ben', sample('AccountEnrolled'), sample('PasskeyRegistered'));
    await side.caughtUp();
    const before = await rowsOf(side, 'ben');
    await folder.append('ann', sample('AccountErased'));
    await side.caughtUp();
    expect(await rowsOf(side, 'ben')).toStrictEqual(before);
    expect(before).toMatchObject({ 'account-overview': 1, 'passkey-list': 1 });
  });
});
