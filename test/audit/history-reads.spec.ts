import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { auditStream } from '../../src/application/audit/audit-streams.js';
import { HistoryReads, RECORDED_ONCE_WITHIN } from '../../src/application/audit/history-reads.js';
import type { HistoryRead } from '../../src/domain/audit/events.js';
import { as } from '../../src/domain/kernel/ids.js';
import { CanonicalAuditCodec } from '../../src/infrastructure/codec/audit-codec.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { CryptoIdentifiers } from '../../src/infrastructure/keys/identifiers.js';
import { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const RP = as<never>('mpchat');
const READ: HistoryRead['data'] = {
  keyId: 'key-1',
  what: 'search',
  personalOpened: false,
  logSize: 12,
  subject: null,
  eventType: null,
  eventActor: null,
  correlationId: null,
  credential: null,
  from: null,
  before: null,
};

let store: SqliteEventStore;
let clock: AdvancingClock;
beforeEach(() => {
  store = SqliteEventStore.open(join(temporaryFolder(), 'events.sqlite'));
  clock = new AdvancingClock();
});
afterEach(() => store.close());

const codec = new CanonicalAuditCodec();
const anew = (): HistoryReads =>
  new HistoryReads(store, codec, new CryptoIdentifiers(new KeyMaterial(new Uint8Array(32))), clock);

async function recorded(): Promise<readonly HistoryRead['data'][]> {
  const events: HistoryRead['data'][] = [];
  for await (const event of store.readStream(auditStream(RP), 0)) events.push(codec.decode(event).event.data);
  return events;
}

describe('a read of the history', () => {
  it('is recorded with who asked, for what, and at which size of the log', async () => {
    await anew().record(RP, READ, 'correlation-1');
    const events = [];
    for await (const event of store.readStream(auditStream(RP), 0)) events.push(codec.decode(event));
    expect(events).toStrictEqual([
      {
        event: { type: 'HistoryRead', at: clock.now(), data: READ, personal: {} },
        cause: { actor: 'client', correlationId: 'correlation-1', causationId: expect.any(String) },
      },
    ]);
  });

  it('is recorded once within a minute where the same key asks the same, whatever has been recorded since', async () => {
    const reads = anew();
    await reads.record(RP, READ, 'correlation-1');
    clock.advance(RECORDED_ONCE_WITHIN - 1);
    await reads.record(RP, { ...READ, logSize: 13 }, 'correlation-2');
    expect(await recorded()).toStrictEqual([READ]);

    clock.advance(1);
    await reads.record(RP, { ...READ, logSize: 14 }, 'correlation-3');
    expect(await recorded()).toStrictEqual([READ, { ...READ, logSize: 14 }]);
  });

  it('is recorded for each key and each question', async () => {
    const reads = anew();
    const others: readonly Partial<HistoryRead['data']>[] = [
      { keyId: 'key-2' },
      { what: 'export' },
      { subject: as('subject-1') },
      { personalOpened: true },
      { eventType: 'PasskeyUsed' },
      { from: 1 },
    ];
    for (const other of [{}, ...others]) await reads.record(RP, { ...READ, ...other }, 'correlation-1');
    expect(await recorded()).toStrictEqual([READ, ...others.map((other) => ({ ...READ, ...other }))]);
  });

  it('is recorded once where the same is asked several times at one moment', async () => {
    const reads = anew();
    await Promise.all(Array.from({ length: 8 }, () => reads.record(RP, READ, 'correlation-1')));
    expect(await recorded()).toStrictEqual([READ]);
  });

  it('finds the end of the stream after a restart, and beside another writer', async () => {
    const first = anew();
    await first.record(RP, READ, 'correlation-1');
    const second = anew();
    await second.record(RP, { ...READ, keyId: 'key-2' }, 'correlation-2');
    await first.record(RP, { ...READ, keyId: 'key-3' }, 'correlation-3');
    expect((await recorded()).map(({ keyId }) => keyId)).toStrictEqual(['key-1', 'key-2', 'key-3']);
  });

  it('is not taken for recorded where its append failed', async () => {
    const reads = anew();
    store.close();
    await expect(reads.record(RP, READ, 'correlation-1')).rejects.toThrow('closed');
    await expect(reads.record(RP, READ, 'correlation-1')).rejects.toThrow('closed');
  });
});
