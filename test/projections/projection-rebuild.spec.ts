import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RebuildProgress } from '../../src/application/projections/projection-rebuild.js';
import type { Projection } from '../../src/application/projections/projection.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import { rebuild } from '../../src/infrastructure/read-models/rebuild.js';
import { sample } from './account-events.js';
import type { Happening } from './generated-histories.js';
import { histories } from './generated-histories.js';
import { DataFolder, streamOf } from './read-side.js';
import type { ReadSide } from './read-side.js';
import { shownRows } from './shown-rows.js';

const [PASSKEYS, OVERVIEW, HISTORY] = ['passkey-list', 'account-overview', 'account-history'].map(
  (wanted) => {
    const found = PROJECTIONS.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`there is no ${wanted}`);
    return found;
  },
) as [Projection, Projection, Projection];

describe('a rebuild', () => {
  let folder: DataFolder;

  beforeEach(() => {
    folder = new DataFolder();
  });

  afterEach(() => folder.close());

  /** As the command line does it: nothing is shared with a running service but the files. */
  const rebuilt = (
    { name }: Projection,
    more: { onProgress?: (progress: RebuildProgress) => void; projections?: readonly Projection[] } = {},
  ) => {
    const { codec, events, keyring, readModelsFile } = folder;
    return rebuild({ file: readModelsFile, name, events, codec, keyring, ...more });
  };

  const rowsOf = ({ readModels }: ReadSide, { name }: Projection) =>
    readModels.list(name, { table: name, where: {} });

  it('comes to the same rows as applying each event when it happened', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (happened) => {
        const one = new DataFolder();
        try {
          const side = await one.started();
          for (const { subject, event } of happened) await one.append(subject, event);
          await side.caughtUp();
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
      { numRuns: 12 },
    );
  });

  it('can be told from its progress, which ends with all there is', async () => {
    await folder.append('ann', sample('AccountEnrolled'), ...many(20_000, 'StepUpConsumed'));
    const told: RebuildProgress[] = [];
    await rebuilt(HISTORY, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ done, total }) => [done, total])).toStrictEqual([
      [8_000, 20_001],
      [16_000, 20_001],
      [20_001, 20_001],
      [20_001, 20_001],
    ]);
    expect(told.every(({ perSecond }) => perSecond > 0)).toBe(true);
  });

  it('of a projection that isn’t there is refused and names those that are', async () => {
    await expect(rebuilt({ ...HISTORY, name: 'histories' })).rejects.toThrow(
      'there is no projection histories; there are passkey-list, account-overview, account-history',
    );
  });

  it('loses and repeats nothing while the service runs and events keep coming', async () => {
    const side = await folder.started();
    await folder.append('ann', sample('AccountEnrolled'), ...many(3_000, 'StepUpConsumed'));
    const writing = { on: true };
    const writer = (async () => {
      for (let index = 0; writing.on; index += 1)
        await folder.append(`other-${index}`, ...enrolledAndRegistered());
    })();
    for (const projection of PROJECTIONS) await rebuilt(projection);
    await rebuilt(OVERVIEW);
    writing.on = false;
    await writer;
    await folder.append('ann', sample('PasskeyRegistered'));
    await side.caughtUp();

    const head = await folder.events.head();
    const accounts = await rowsOf(side, OVERVIEW);
    expect(await rowsOf(side, HISTORY)).toHaveLength(head);
    expect(await rowsOf(side, PASSKEYS)).toHaveLength(accounts.length);
    expect(accounts.filter(({ passkey_count: count }) => count !== 1)).toStrictEqual([]);
    expect((await side.runner.report()).map(({ status }) => status)).toStrictEqual(
      PROJECTIONS.map(() => 'running'),
    );
  });

  it('never takes a reader back who has seen a position', async () => {
    const side = await folder.started();
    await folder.append('ann', sample('AccountEnrolled'), ...many(1_000, 'StepUpConsumed'));
    await side.caughtUp();
    const rebuilding = { on: true };
    const backwards: [number, number][] = [];
    const reader = (async () => {
      for (let seen = 0; rebuilding.on;) {
        const position = await side.readModels.position('account-history');
        const { length } = await rowsOf(side, HISTORY);
        if (position < seen || length < position) backwards.push([seen, position]);
        seen = position;
        await folder.append('ann', sample('StepUpConsumed'));
      }
    })();
    for (let times = 0; times < 5; times += 1) await rebuilt(HISTORY);
    rebuilding.on = false;
    await reader;
    expect(backwards).toStrictEqual([]);
  });

  it('makes a stopped projection go on in the running service, if it takes away what stopped it', async () => {
    const side = await folder.started();
    await folder.append('ann', ...enrolledAndRegistered());
    await side.caughtUp();
    // A row lost in the file itself, which the events still know.
    const { generation, ...lost } = await rowLost(side);
    await folder.append('ann', sample('PasskeyUsed'));
    await side.until('passkey-list', ({ status }) => status === 'stopped');
    expect(lost).toStrictEqual({ kind: 'applied' });

    expect((await rebuilt(PASSKEYS)).number).toBeGreaterThan(generation);
    await side.until('passkey-list', ({ status }) => status === 'running');
    await folder.append('ann', { ...sample('PasskeyUsed'), at: 9_999 });
    await side.caughtUp();
    expect(await rowsOf(side, PASSKEYS)).toMatchObject([{ last_used_at: 9_999 }]);
  });

  it('that was swapped in too early is brought up to date, without a gap', async () => {
    const side = await folder.started();
    await folder.append('ann', ...enrolledAndRegistered());
    await side.caughtUp();
    const building = await side.sources.store.build(HISTORY, 'beside-other-work');
    const { generation } = building;
    const nothing = { projection: HISTORY.name, generation: generation.number, from: 0, steps: [], to: 0 };
    await building.swap(() => Promise.resolve(nothing));
    await building.close();
    expect(await rowsOf(side, HISTORY)).toStrictEqual([]);
    await folder.append('ann', sample('PasskeyUsed'));
    await side.caughtUp();
    expect(await rowsOf(side, HISTORY)).toHaveLength(3);
  });

  it('that comes to an event it can’t apply leaves the live rows as they were', async () => {
    await folder.append('ann', ...enrolledAndRegistered());
    const side = await folder.started();
    await side.caughtUp();
    const before = await shownRows(folder, side);
    const { position } = await folder.appendBytes(streamOf('ann'), 'StepUpDenied', 'no event');
    await side.until('account-history', ({ status }) => status === 'stopped');
    await expect(rebuilt(HISTORY)).rejects.toMatchObject({
      name: 'RebuildStopped',
      failure: { kind: 'event', position, type: 'StepUpDenied' },
    });
    expect(await shownRows(folder, side)).toStrictEqual(before);
    expect(await side.reportOn('account-history')).toMatchObject({
      status: 'stopped',
      failure: { position },
    });
  });

  it('gives way to one of the same projection that begins later', async () => {
    await folder.append('ann', sample('AccountEnrolled'), ...many(6_000, 'StepUpConsumed'));
    let second: Promise<unknown> | undefined;
    const first = rebuilt(HISTORY, { onProgress: () => void (second ??= rebuilt(HISTORY)) });
    await expect(first).rejects.toThrow(
      'the rebuild of account-history was replaced by one that began later',
    );
    await second;
    const side = await folder.started();
    await side.caughtUp();
    expect(await rowsOf(side, HISTORY)).toHaveLength(6_001);
  });

  describe('for a new version', () => {
    const newer: Projection = {
      ...OVERVIEW,
      version: OVERVIEW.version + 1,
      tables: OVERVIEW.tables.map((table) => ({ ...table, columns: { ...table.columns, seen: 'integer' } })),
      when: (event) =>
        OVERVIEW.when(event).map((write) =>
          write.kind === 'put' ? { ...write, row: { ...write.row, seen: 1 } } : write,
        ),
    };

    it('begins with the start, beside the rows of the version before, and swaps', async () => {
      await folder.append('ann', ...enrolledAndRegistered());
      const before = await folder.started();
      await before.caughtUp();
      await before.stop();

      const after = await folder.started([PASSKEYS, newer, HISTORY]);
      expect(await after.reportOn('account-overview')).toMatchObject({
        status: 'rebuilding',
        version: newer.version,
      });
      await expect(rowsOf(after, newer)).rejects.toThrow('of another version: it is being rebuilt');
      expect(await rowsOf(after, PASSKEYS)).toHaveLength(1);
      await after.until('account-overview', ({ status }) => status === 'running');
      expect(await rowsOf(after, newer)).toMatchObject([{ seen: 1, passkey_count: 1 }]);

      await folder.append('ann', sample('PasskeyRemoved'));
      await after.caughtUp();
      expect(await rowsOf(after, newer)).toMatchObject([{ seen: 1, passkey_count: 0 }]);
    });

    it('wakes whoever waits for a position that it brings', async () => {
      await folder.append('ann', ...enrolledAndRegistered());
      const before = await folder.started();
      await before.caughtUp();
      await before.stop();
      const { position } = await folder.append('ann', sample('PasskeyRemoved'));
      const after = await folder.started([newer]);
      expect(await after.readModels.reached('account-overview', position, 20_000)).toBe(true);
      expect(await rowsOf(after, newer)).toMatchObject([{ passkey_count: 0 }]);
    });

    it('stops at an event that the new version can’t apply, and leaves the rows of the version before', async () => {
      await folder.append('ann', ...enrolledAndRegistered());
      const before = await folder.started();
      await before.caughtUp();
      const rows = await rowsOf(before, OVERVIEW);
      await before.stop();

      const faulty: Projection = {
        ...OVERVIEW,
        version: OVERVIEW.version + 1,
        when: () => {
          throw new Error('not yet');
        },
      };
      const after = await folder.started([faulty]);
      const report = await after.until('account-overview', ({ status }) => status === 'stopped');
      expect(report).toMatchObject({ position: 2, failure: { kind: 'event', position: 1 } });
      expect(await rowsOf(after, OVERVIEW)).toStrictEqual(rows);
    });

    it('begins again after it was interrupted', async () => {
      await folder.append('ann', sample('AccountEnrolled'), ...many(4_000, 'StepUpConsumed'));
      const before = await folder.started([OVERVIEW]);
      await before.caughtUp();
      await before.stop();
      const interrupted = await folder.started([newer]);
      await interrupted.until('account-overview', ({ rebuild: progress }) => (progress?.done ?? 0) > 0);
      await interrupted.stop();
      const after = await folder.started([newer]);
      await after.until('account-overview', ({ status }) => status === 'running');
      expect(await rowsOf(after, newer)).toMatchObject([{ seen: 1, revision: 4_000 }]);
    });

    it('made by a newer release stops this one, which doesn’t know what the rows mean', async () => {
      await folder.append('ann', ...enrolledAndRegistered());
      const side = await folder.started();
      await side.caughtUp();
      await rebuilt(OVERVIEW, { projections: [newer] });
      await folder.append('ann', sample('PasskeyRemoved'));
      const report = await side.until('account-overview', ({ status }) => status === 'stopped');
      expect(report.failure).toMatchObject({
        kind: 'machine',
        error: { message: `version ${newer.version} is live, which a newer release has made` },
      });
      await side.until('account-history', ({ position }) => position === 3);
    });
  });
});

const enrolledAndRegistered = () => [sample('AccountEnrolled'), sample('PasskeyRegistered')];

const many = <Type extends Happening['event']['type']>(count: number, type: Type) =>
  Array.from({ length: count }, () => sample(type));

/** Deletes Ann's passkey behind the projection's back. */
async function rowLost({ sources: { store } }: ReadSide) {
  const live = await store.live('passkey-list');
  if (live === undefined) throw new Error('nothing is live');
  const { number: generation, position } = live;
  const writes = [{ kind: 'delete', table: 'passkey-list', where: { subject: 'ann' } }] as const;
  const steps = [{ position, eventId: 'none', type: 'none', writes }];
  const outcome = await store.advance([
    { projection: 'passkey-list', generation, from: position, steps, to: position },
  ]);
  return { generation, ...outcome };
}
