import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { eventually } from '../support/eventually.js';
import { GrpcClient, GrpcRefused } from '../support/grpc-client.js';
import { answered, Person } from '../support/journeys.js';
import { recordedOf } from '../support/recorded.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, withGrpc } from '../support/running-server.js';

const SUBSCRIBE = 'AuditService/SubscribeEvents';
let server: RunningServer;
let client: GrpcClient;
let port: number;

beforeAll(async () => {
  const settings = await withGrpc();
  server = await runServer({ settings });
  ({ port } = settings.grpc);
  client = await GrpcClient.connect(port, server.key);
});
afterAll(async () => {
  client.close();
  await server.close();
});

/** What a search shows of an event as well. */
const SHOWN = [
  'eventId',
  'type',
  'at',
  'actor',
  'subject',
  'correlationId',
  'causationId',
  'stream',
] as const;

const eventOf = (message: JsonObject): JsonObject | undefined => message['event'] as JsonObject | undefined;

/** As many events as are asked for, and whether the subscription said that it had caught up. */
async function take(count: number, request: JsonObject): Promise<readonly JsonObject[]> {
  const taken: JsonObject[] = [];
  for await (const message of client.stream(SUBSCRIBE, request)) {
    const event = eventOf(message);
    if (event !== undefined) taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

describe('C5 and B10: a subscription', () => {
  it('tells what was recorded, then what comes, of this product alone', async () => {
    const ada = new Person(server, 'mpchat');
    const bob = new Person(server, 'moomoo');
    await ada.enrol();
    await bob.enrol();
    const stream = client.stream(SUBSCRIBE, { rp: 'mpchat' });
    const before = [];
    for (;;) {
      const { value } = await stream.next();
      const event = eventOf(value as JsonObject);
      if (event === undefined) break;
      before.push(event['eventId']);
    }
    expect(before).toStrictEqual(await recordedOf(server, 'mpchat'));
    const next = stream.next();
    await bob.enrol({ displayName: 'Bob' }).catch(() => undefined);
    await ada.call('PUT', '', { body: { displayName: 'Ada' } });
    const event = eventOf((await next).value as JsonObject);
    expect(event).toStrictEqual({
      position: expect.any(String),
      eventId: (await recordedOf(server, 'mpchat')).at(-1),
      type: 'AccountDetailsChanged',
      at: expect.any(String),
      actor: 'client',
      subject: expect.any(String),
      revision: 1,
      correlationId: expect.any(String),
      causationId: expect.any(String),
      data: expect.any(Object),
      stream: expect.stringMatching(/^account-mpchat\./u),
    });
    await stream.return();
  });

  it('tells of names, of erasures and of who read as well: every event of the log, in its order', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol({ identifiers: ['ada'] });
    answered(await ada.call('DELETE', ''), 200);
    answered(await server.call('GET', '/v1/mpchat/audit/events?type=AccountErased'), 200);
    const expected = await recordedOf(server, 'mpchat');
    const told = await take(expected.length, { rp: 'mpchat' });
    expect(told.map(({ eventId }) => eventId)).toStrictEqual(expected);
    const request = { rp: 'mpchat', limit: 1_000 };
    const { events } = (await client.call('AuditService/SearchEvents', request)) as { events: JsonObject[] };
    // A message has no null.
    const shown = (event: JsonObject): object =>
      Object.fromEntries(SHOWN.map((name) => [name, event[name] ?? '']));
    expect(told.map(shown)).toStrictEqual(events.slice(0, told.length).map(shown));
    expect(told.map(({ type }) => type)).toStrictEqual(
      expect.arrayContaining([
        'AccountReferenced',
        'IdentifierClaimed',
        'AccountErased',
        'IdentifierReleased',
        'ErasureCompleted',
        'HistoryRead',
      ]),
    );
  });

  it('that is broken off anywhere goes on from the last event taken, without gap or repeat', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    for (let each = 0; each < 30; each += 1)
      await ada.call('PUT', '', { body: { displayName: `Ada ${each}` } });
    const expected = await recordedOf(server, 'mpchat');
    const taken: JsonObject[] = [];
    for (const count of [1, 7, 3, expected.length - 11]) {
      const after = taken.at(-1)?.['position'];
      taken.push(...(await take(count, { rp: 'mpchat', ...(after !== undefined && { after }) })));
    }
    expect(taken.map(({ eventId }) => eventId)).toStrictEqual(expected);
  });

  it('waits for a client that takes nothing, and then tells it everything', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const call = client.open(SUBSCRIBE, { rp: 'mpchat' });
    call.pause();
    for (let each = 0; each < 200; each += 1)
      await ada.call('PUT', '', { body: { displayName: `Ada ${each}` } });
    const expected = await recordedOf(server, 'mpchat');
    const taken: unknown[] = [];
    call.on('error', () => undefined);
    call.on('data', (message: Parameters<GrpcClient['json']>[1]) => {
      const event = eventOf(client.json(SUBSCRIBE, message));
      if (event !== undefined) taken.push(event['eventId']);
    });
    call.resume();
    await eventually(() => taken.length >= expected.length);
    call.cancel();
    expect(taken).toStrictEqual(expected);
  });

  it('begins at no position that was made up, or that is of another product', async () => {
    const bob = new Person(server, 'moomoo');
    const { position } = await bob.enrol();
    for (const after of ['A'.repeat(22), position]) {
      const refused = await client
        .stream(SUBSCRIBE, { rp: 'mpchat', after })
        .next()
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: status.INVALID_ARGUMENT, reason: 'position-invalid' });
    }
  });

  it('tells a key that was revoked meanwhile nothing more', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const key = await server.keyFor('mpchat', 'audit');
    const stream = client.stream(SUBSCRIBE, { rp: 'mpchat' }, { key });
    for (;;) {
      const { value } = await stream.next();
      if (eventOf(value as JsonObject) === undefined) break;
    }
    const keys = new ApiKeys(server.service.tier.apiKeys);
    const keyId = (await keys.find(key))?.keyId ?? '';
    await keys.revoke(keyId, server.clock.now());
    const end = stream.next().catch((error: unknown) => error);
    // Within a second the service has noticed; what was recorded until then may still be told.
    let ended: unknown;
    void end.then((outcome) => (ended = outcome));
    await eventually(async () => {
      await ada.call('PUT', '', { body: { displayName: String(performance.now()) } });
      if (ended !== undefined && !(ended instanceof GrpcRefused)) {
        ended = undefined;
        void stream
          .next()
          .catch((error: unknown) => error)
          .then((outcome) => (ended = outcome));
      }
      return ended instanceof GrpcRefused;
    });
    expect(ended).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'api-key-invalid' });
  });

  it('is recorded as a reading of the history, by its key', async () => {
    const key = await server.keyFor('mpchat', 'audit');
    const stream = client.stream(SUBSCRIBE, { rp: 'mpchat' }, { key });
    await stream.next();
    await stream.return();
    const keyId = (await new ApiKeys(server.service.tier.apiKeys).find(key))?.keyId;
    const request = { rp: 'mpchat', type: 'HistoryRead' };
    const { events } = (await client.call('AuditService/SearchEvents', request)) as { events: JsonObject[] };
    expect(events.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ keyId, what: 'subscription', personalOpened: false }),
    );
  });

  it('is one of eight that a key may hold', async () => {
    const key = await server.keyFor('mpchat', 'audit');
    const held = Array.from({ length: 8 }, () => client.stream(SUBSCRIBE, { rp: 'mpchat' }, { key }));
    for (const stream of held) await stream.next();
    const ninth = client.stream(SUBSCRIBE, { rp: 'mpchat' }, { key });
    await expect(ninth.next()).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      reason: 'too-many-requests',
    });
    await held.pop()?.return();
    await eventually(async () => {
      const again = client.stream(SUBSCRIBE, { rp: 'mpchat' }, { key });
      const first = await again.next().catch((error: unknown) => error);
      await again.return();
      return !(first instanceof GrpcRefused);
    });
    for (const stream of held) await stream.return();
  });

  it('ends when the service does, which says that it is no fault of the client', async () => {
    const settings = await withGrpc();
    const other = await runServer({ settings });
    const itsClient = await GrpcClient.connect(settings.grpc.port, other.key);
    const call = itsClient.open(SUBSCRIBE, { rp: 'mpchat' });
    const ended = once(call, 'error');
    await once(call, 'data').catch(() => undefined);
    await other.close();
    expect(await ended.catch((error: unknown) => [error])).toMatchObject([{ code: status.UNAVAILABLE }]);
    itsClient.close();
  });
});

describe('C4: an export over gRPC', () => {
  const exported = async (request: JsonObject): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const { chunk } of client.stream('AuditService/ExportEvents', { rp: 'moomoo', ...request })) {
      pieces.push(Buffer.from(chunk as string, 'base64'));
    }
    return Buffer.concat(pieces).toString();
  };
  const lines = (text: string): string[] => text.trimEnd().split('\n');

  it('is the text of the one over REST, and goes on from a cursor', async () => {
    for (let each = 0; each < 20; each += 1) await new Person(server, 'moomoo').enrol();
    // Asked for twice within a minute, so that the second is no event of its own.
    await exported({});
    const whole = await exported({});
    const overRest = await server.call('GET', '/v1/moomoo/audit/export');
    expect(lines(whole).slice(1).map(leafOf)).toStrictEqual(
      lines(overRest.text).slice(1, lines(whole).length).map(leafOf),
    );
    const cursor = (JSON.parse(lines(whole)[11] ?? '') as { cursor: string }).cursor;
    expect(lines(await exported({ cursor }))).toStrictEqual(lines(whole).slice(12));
    expect(await exported({ format: 'EXPORT_FORMAT_CSV' })).toMatch(/^leafIndex,leafHash,/u);
  });

  it('is refused as a call is', async () => {
    await expect(exported({ cursor: 'x' })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'request-invalid',
    });
  });
});

function leafOf(line: string): unknown {
  const { leafHash, leafIndex } = JSON.parse(line) as { leafHash: string; leafIndex: number };
  return [leafIndex, leafHash];
}
