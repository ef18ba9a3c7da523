import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import type { EventsSummary } from '../../src/infrastructure/migration/export-events.js';
import { exportEvents } from '../../src/infrastructure/migration/export-events.js';
import { UnusableExport } from '../../src/infrastructure/migration/export-file.js';
import { importEvents, StoreInUse } from '../../src/infrastructure/migration/import-events.js';
import { wholeLog } from '../contract/event-store-samples.js';
import { linesOfExport, writeLines } from '../support/altered-export.js';
import { answered } from '../support/journeys.js';
import { life } from '../support/life-of-an-account.js';
import type { LivedFolder } from '../support/lived-folder.js';
import { livedFolder } from '../support/lived-folder.js';
import type { OpenTarget } from '../support/migration-targets.js';
import { TARGET_NAMES, TARGETS } from '../support/migration-targets.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ENVIRONMENT = 'development';

const withoutPosition = ({ position: _position, ...event }: RecordedEvent) => event;

async function eventsOf(store: EventStore): Promise<readonly object[]> {
  return (await wholeLog(store)).map(withoutPosition);
}

describe('the events of a data folder', () => {
  let lived: LivedFolder;
  let source: SqliteEventStore;
  let file: string;
  let summary: EventsSummary;

  beforeAll(async () => {
    lived = await livedFolder();
    source = SqliteEventStore.open(lived.file('events'));
    file = join(temporaryFolder(), 'events.ndjson');
    summary = await exportEvents(source, { environment: ENVIRONMENT, file });
  }, 60_000);

  afterAll(() => source.close());

  it('are exported with the roots that the service itself signs', async () => {
    // A service records as it goes on, and what was exported is to stay what it is.
    const dataFolder = join(temporaryFolder(), 'data');
    cpSync(lived.folder, dataFolder, { recursive: true });
    const server = await runServer({ settings: { dataFolder } });
    for (const { rootHash, rp, treeSize } of summary.logs) {
      const answer = await server.call('GET', `/v1/${rp}/audit/checkpoint`);
      const { checkpoint } = answered<{ checkpoint: string }>(answer, 200);
      expect(checkpoint.split('\n').slice(1, 3)).toStrictEqual([String(treeSize), rootHash]);
    }
    await server.close();
    expect(summary.logs.map(({ rp }) => rp)).toStrictEqual(['moomoo', 'mpchat']);
    expect(summary.records).toBe(linesOfExport(file).length - 2);
  });

  it('are exported to a file for their owner alone, which is never written over', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file);
    await expect(exportEvents(source, { environment: ENVIRONMENT, file })).rejects.toThrow(
      'is there already: it is not written over',
    );
    expect(readFileSync(file)).toStrictEqual(before);
  });

  it('are exported anew where that was broken off, and have the name of an export when it is whole', async () => {
    const another = join(temporaryFolder(), 'events.ndjson');
    const broken = exportEvents(source, { environment: ENVIRONMENT, file: another }, () => {
      throw new Error('the disk is full');
    });
    await expect(broken).rejects.toThrow('the disk is full');
    expect(existsSync(another)).toBe(false);
    expect(await exportEvents(source, { environment: ENVIRONMENT, file: another })).toStrictEqual(summary);
    expect(readFileSync(another)).toStrictEqual(readFileSync(file));
    expect(existsSync(`${another}.partial`)).toBe(false);
  });

  describe.each(TARGET_NAMES)('imported into %s', (name) => {
    let target: OpenTarget;

    beforeAll(async () => {
      target = await TARGETS[name]();
    });

    afterAll(() => target.close());

    it('are there in their order, to the byte, and come to the same roots', async () => {
      const imported = await importEvents(file, target);
      expect(imported).toStrictEqual({
        environment: ENVIRONMENT,
        before: 0,
        events: summary.records,
        logs: summary.logs.map((log) => ({ rp: log.rp, exported: log, readBack: log, equal: true })),
        firstDifference: null,
      });
      expect(await eventsOf(target.events)).toStrictEqual(await eventsOf(source));
    });

    it('are not recorded twice by another import of the same file', async () => {
      const head = await target.events.head();
      const again = await importEvents(file, target);
      expect(again.before).toBe(summary.records);
      expect(again.logs.every(({ equal }) => equal)).toBe(true);
      expect(await target.events.head()).toBe(head);
    });

    it('come to the same file when they are exported from there', async () => {
      const back = join(temporaryFolder(), 'back.ndjson');
      await exportEvents(target.events, { environment: ENVIRONMENT, file: back });
      expect(readFileSync(back)).toStrictEqual(readFileSync(file));
    });

    it('are refused where something was recorded since', async () => {
      const grown = await TARGETS[name]();
      await importEvents(file, grown);
      const event = { eventId: randomUUID(), type: 'HistoryRead', body: Buffer.from('{}') };
      await grown.events.append('audit-mpchat.of-a-test', [event], 'no-stream');
      const head = await grown.events.head();
      await expect(importEvents(file, grown)).rejects.toThrow(StoreInUse);
      expect(await grown.events.head()).toBe(head);
      await grown.close();
    });

    it('are refused by a store that holds other events, and leave it as it is', async () => {
      const other = await TARGETS[name]();
      const event = { eventId: randomUUID(), type: 'AccountEnrolled', body: Buffer.from('{}') };
      await other.events.append('account-mpchat.somebody', [event], 'no-stream');
      const before = await wholeLog(other.events);
      await expect(importEvents(file, other)).rejects.toThrow(
        'the store holds other events than the file: the first 0 are the same',
      );
      expect(await wholeLog(other.events)).toStrictEqual(before);
      await other.close();
    });

    it('are gone on with by a later export of the same folder, and only those of it that are new', async () => {
      const early = await TARGETS[name]();
      const server = await runServer();
      const folder = SqliteEventStore.open(join(server.dataFolder, 'events.sqlite'));
      await life(server, 'mpchat', 'first');
      const [rehearsal, final] = ['rehearsal', 'final'].map((each) => join(temporaryFolder(), each));
      const { records } = await exportEvents(folder, { environment: ENVIRONMENT, file: rehearsal ?? '' });
      await importEvents(rehearsal ?? '', early);
      await life(server, 'mpchat', 'second');
      await server.close();
      await exportEvents(folder, { environment: ENVIRONMENT, file: final ?? '' });
      const imported = await importEvents(final ?? '', early);
      expect(imported.before).toBe(records);
      expect(imported.events).toBeGreaterThan(records);
      expect(imported.firstDifference).toBeNull();
      expect(await eventsOf(early.events)).toStrictEqual(await eventsOf(folder));
      folder.close();
      await early.close();
    });
  });

  describe('in a file that somebody has altered', () => {
    let lines: readonly string[];
    let altered: string;
    let target: OpenTarget;

    beforeAll(async () => {
      lines = linesOfExport(file);
      altered = join(temporaryFolder(), 'altered.ndjson');
      target = await TARGETS.PostgreSQL();
    });

    afterAll(async () => {
      expect(await target.events.head()).toBe(0);
      await target.close();
    });

    const refused = async (why: string): Promise<void> => {
      const importing = importEvents(altered, target);
      await expect(importing).rejects.toThrow(UnusableExport);
      await expect(importing).rejects.toThrow(why);
    };
    const isOfMoomoo = (line: string): boolean => line.includes('"stream":"account-moomoo.');

    it('are refused where one byte is another, wherever it stands', async () => {
      const bytes = readFileSync(file);
      const inName = bytes.indexOf('"revision"', bytes.length >> 1) + 1;
      for (const at of [2, 200, bytes.length >> 1, inName, bytes.length - 60, bytes.length - 20]) {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ 1;
        writeFileSync(altered, copy);
        await expect(importEvents(altered, target)).rejects.toThrow(UnusableExport);
      }
    });

    it.each([
      ['in its last line', 10],
      ['before its last line', 80],
      ['in the middle of an event', 5_000],
    ])('are refused where it was cut off %s', async (_where, missing) => {
      const bytes = readFileSync(file);
      writeFileSync(altered, bytes.subarray(0, bytes.length - missing));
      await refused('was cut off');
    });

    it('are refused where the last lines are gone, to the line', async () => {
      writeFileSync(altered, lines.slice(0, -4).join('\n').concat('\n'));
      await refused('was cut off or altered');
      writeLines(altered, lines.slice(0, -4));
      await refused('doesn’t hold as much as it says');
    });

    it('are refused where one is missing, under whatever digest and count', async () => {
      const at = lines.findLastIndex(isOfMoomoo);
      const without = lines.toSpliced(at, 1);
      writeFileSync(altered, readFileSync(file, 'utf8').replace(`${lines[at]}\n`, ''));
      await refused('was cut off or altered');
      writeLines(altered, without);
      await refused('doesn’t hold as much as it says');
      const counted = JSON.stringify({ ...JSON.parse(lines.at(-1) ?? ''), records: summary.records - 1 });
      writeLines(altered, without.toSpliced(-1, 1, counted));
      await refused('don’t come to the roots that it names');
    });

    it('are refused where two have changed places, under whatever digest', async () => {
      const [one = 0, other = 0] = lines.flatMap((line, index) => (isOfMoomoo(line) ? [index] : []));
      const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
      writeLines(altered, swapped);
      await refused('don’t come to the roots that it names');
    });

    it('are refused where the file is another one, or of another release', async () => {
      writeLines(altered, lines.with(0, (lines[0] ?? '').replace('"events"', '"jobs"')));
      await refused('is no export of events');
      writeLines(altered, lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":2')));
      await refused('was written by another release');
      writeFileSync(altered, '');
      await refused('is no export');
      writeLines(altered, ['{"hello":"world"}']);
      await refused('is no export');
    });
  });
});
