import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { EventIdReused, WrongExpectedRevision } from '../../src/application/ports/event-store.js';
import { EventStoreUnavailable } from '../../src/infrastructure/event-store/eventstoredb/event-store-failure.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/event-store/eventstoredb/eventstoredb-event-store.js';
import type { AttestationKey } from '../support/attestation-certificates.js';
import { attestationKey, certificateOf, keyOf } from '../support/attestation-certificates.js';
import { EventStoreDbDouble } from '../support/eventstoredb-double.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collect, someEvent, someEvents, wholeLog } from './event-store-samples.js';

const PATIENCE = { each: 300, all: 900 };

/** What a server, a network and the client can do wrong, tried against a protocol double. */
describe('EventStoreDbEventStore where something fails', () => {
  let double: EventStoreDbDouble;
  let store: EventStoreDbEventStore;
  const stores = new Set<EventStoreDbEventStore>();

  const opened = (namespace = `latchkey.${randomUUID()}.`): EventStoreDbEventStore => {
    const made = new EventStoreDbEventStore(
      { connectionString: double.connectionString, namespace },
      PATIENCE,
    );
    stores.add(made);
    return made;
  };

  beforeEach(async () => {
    double = await EventStoreDbDouble.start();
    store = opened();
  });

  afterEach(async () => {
    for (const each of stores) await each.close();
    stores.clear();
    double.stop();
  });

  it('gives up on a server that is silent, and goes on when it speaks again', async () => {
    double.faults.silent = true;
    await expect(store.append('account-a.1', [someEvent()], 'no-stream')).rejects.toThrow(
      EventStoreUnavailable,
    );
    await expect(store.head()).rejects.toThrow(EventStoreUnavailable);
    await expect(collect(store.readStream('account-a.1', 0))).rejects.toThrow(EventStoreUnavailable);
    double.faults.silent = false;
    await store.append('account-a.1', [someEvent()], 'no-stream');
    expect(await wholeLog(store)).toHaveLength(1);
  });

  it('gives up on a server that is gone', async () => {
    await store.append('account-a.1', [someEvent()], 'no-stream');
    double.stop();
    await expect(store.append('account-a.1', [someEvent()], 0)).rejects.toThrow(EventStoreUnavailable);
  });

  it('waits for a slow one', async () => {
    double.faults.slow = 100;
    const event = someEvent();
    await store.append('account-a.1', [event], 'no-stream');
    expect((await wholeLog(store)).map(({ eventId }) => eventId)).toStrictEqual([event.eventId]);
  });

  it('appends once where the answer was lost, twice even', async () => {
    const events = someEvents(2);
    double.faults.losesAnswers = 2;
    expect(await store.append('account-a.1', events, 'no-stream')).toMatchObject({ revision: 1 });
    expect(double.calls.get('append')).toBe(3);
    expect((await wholeLog(store)).map(({ eventId }) => eventId)).toStrictEqual(
      events.map(({ eventId }) => eventId),
    );
  });

  it('says that it does not know where every answer is lost, and finds the append there afterwards', async () => {
    const event = someEvent();
    double.faults.losesAnswers = Number.MAX_SAFE_INTEGER;
    await expect(store.append('account-a.1', [event], 'no-stream')).rejects.toThrow(EventStoreUnavailable);
    double.faults.losesAnswers = 0;
    expect(await store.append('account-a.1', [event], 'no-stream')).toMatchObject({ revision: 0 });
    expect(await wholeLog(store)).toHaveLength(1);
  });

  it('goes to the node that leads', async () => {
    double.faults.doesNotLead = 2;
    expect(await store.append('account-a.1', [someEvent()], 'no-stream')).toMatchObject({ revision: 0 });
    expect(await wholeLog(store)).toHaveLength(1);
  });

  it.each([
    ['tells it', false],
    ['hides it', true],
  ])('names the revision where the answer %s', async (_, hidden) => {
    await store.append('account-a.1', someEvents(3), 'no-stream');
    double.faults.hidesRevision = hidden;
    await expect(store.append('account-a.1', [someEvent()], 0)).rejects.toStrictEqual(
      new WrongExpectedRevision('account-a.1', 0, 2),
    );
    await expect(store.append('account-a.2', [someEvent()], 4)).rejects.toStrictEqual(
      new WrongExpectedRevision('account-a.2', 4, 'no-stream'),
    );
  });

  it('refuses events of which the first stand there and others after them', async () => {
    const [first, second, third] = [someEvent(), someEvent(), someEvent()];
    await store.append('account-a.1', [first, second], 'no-stream');
    await expect(store.append('account-a.1', [first, third], 'no-stream')).rejects.toStrictEqual(
      new EventIdReused(first.eventId),
    );
  });

  it('harms no other store of the process, and never uses the call that would', async () => {
    const other = opened();
    double.faults.losesAnswers = 1;
    const outcomes = await Promise.all([
      store.append('account-a.1', [someEvent()], 'no-stream'),
      ...Array.from({ length: 10 }, (_, index) =>
        other.append(`account-a.${index}`, [someEvent()], 'no-stream'),
      ),
    ]);
    expect(outcomes.map(({ revision }) => revision)).toStrictEqual(Array(11).fill(0));
    expect(double.calls.get('batchAppend')).toBeUndefined();
  });

  it('follows on without a gap or a repeat where its subscriptions are dropped again and again', async () => {
    const total = 60;
    const seen: RecordedEvent[] = [];
    const subscription = store.subscribeAll(0, { streamPrefixes: ['account-'] });
    const following = (async () => {
      for await (const { events } of subscription.batches()) {
        seen.push(...events);
        if (seen.length >= total) return;
      }
    })();
    for (let written = 0; written < total; written += 1) {
      if (written % 7 === 3) double.dropSubscriptions();
      double.foreign('$stats-127.0.0.1:2113');
      await store.append('account-a.1', [someEvent()], written === 0 ? 'no-stream' : written - 1);
    }
    await following;
    subscription.stop();
    expect(seen).toStrictEqual(await wholeLog(store));
    expect(seen.map(({ revision }) => revision)).toStrictEqual(Array.from({ length: total }, (_, at) => at));
  });

  it('shows nothing that stands under another name in the same server', async () => {
    const other = opened();
    await other.append('account-a.1', someEvents(2), 'no-stream');
    double.foreign('account-a.1', 3);
    expect(await wholeLog(store)).toStrictEqual([]);
    expect(await store.head()).toBe(0);
    await store.append('account-a.1', [someEvent()], 'no-stream');
    expect(await wholeLog(store)).toHaveLength(1);
    expect(await collect(store.streamsNamed('account-'))).toStrictEqual(['account-a.1']);
  });
});

describe('EventStoreDbEventStore over TLS', () => {
  const authority = attestationKey({ name: 'Example Authority', authority: true });
  const host = attestationKey({ name: 'localhost', issuer: authority });
  const stranger = attestationKey({ name: 'Another Authority', authority: true });
  const fileOf = (key: AttestationKey): string => {
    const file = join(temporaryFolder(), 'authority.pem');
    writeFileSync(file, certificateOf(key));
    return file;
  };

  it.each([
    ['lets in who says who he is', 'latchkey:correct%20horse', authority, undefined],
    ['keeps out who says another password', 'latchkey:wrong', authority, 'no such user'],
    [
      'does not speak to a server of another authority',
      'latchkey:correct%20horse',
      stranger,
      'not available',
    ],
  ])('%s', async (_, user, trusted, refusal) => {
    const double = await EventStoreDbDouble.start({
      certificate: certificateOf(host),
      key: keyOf(host),
      user: 'latchkey:correct horse',
    });
    const connectionString = double.securedConnectionString(user, fileOf(trusted));
    const store = new EventStoreDbEventStore({ connectionString, namespace: 'latchkey.' }, PATIENCE);
    try {
      const appended = store.append('account-a.1', [someEvent()], 'no-stream');
      if (refusal === undefined) expect(await appended).toMatchObject({ revision: 0 });
      else await expect(appended).rejects.toThrow(refusal);
      if (refusal === undefined) expect(await wholeLog(store)).toHaveLength(1);
      else await expect(store.head()).rejects.toThrow(refusal);
    } finally {
      await store.close();
      double.stop();
    }
  });
});
