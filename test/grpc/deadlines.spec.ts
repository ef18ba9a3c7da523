import { connect, constants } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { Latchkey } from '@latchkey/client';
import { readGrpcApi } from '../../src/infrastructure/grpc/api.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { eventually } from '../support/eventually.js';
import { recordedOf } from '../support/recorded.js';
import type { RunningServer } from '../support/running-server.js';
import { AdvancingClock, runServer, withGrpc } from '../support/running-server.js';
import { CREDENTIALS, SumsubDouble } from '../support/sumsub-double.js';
import { linkedPerson } from '../support/sumsub-journeys.js';

let sumsub: SumsubDouble;
/** Between the service and Sumsub: what a command waits for can be held. */
let wire: BreakableWire;
let server: RunningServer;
let latchkey: Latchkey;
let port: number;

beforeAll(async () => {
  const clock = new AdvancingClock();
  sumsub = await SumsubDouble.start(() => clock.now());
  wire = await BreakableWire.to(Number(new URL(sumsub.url).port));
  const settings = await withGrpc();
  ({ port } = settings.grpc);
  const baseUrl = `http://127.0.0.1:${wire.port}`;
  const products = new Map([['mpchat', CREDENTIALS]]);
  server = await runServer({
    clock,
    settings: { ...settings, liveness: 'sumsub', sumsub: { baseUrl, products } },
  });
  latchkey = new Latchkey({ address: `127.0.0.1:${port}`, rp: 'mpchat', apiKey: server.key });
});
afterAll(async () => {
  latchkey.close();
  await server.close();
  await wire.close();
  await sumsub.close();
});

/** A call as no library of a client would send it; answers the status. */
async function rawPut(accountId: string, timeout: string): Promise<number> {
  const message = readGrpcApi().message('latchkey.v1.PutAccountRequest');
  const body = toBinary(message, fromJson(message, { rp: 'mpchat', accountId }));
  const frame = Buffer.alloc(5 + body.length);
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, 5);
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/latchkey.v1.AccountsService/PutAccount',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': timeout,
    authorization: `Bearer ${server.key}`,
  });
  const told = new Promise<number>((answer) => {
    const look = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers['grpc-status'] !== undefined) answer(Number(headers['grpc-status']));
    };
    stream.on('response', look);
    stream.on('trailers', look);
  });
  stream.resume();
  stream.end(frame);
  const answer = await told;
  session.destroy();
  return answer;
}

describe('C4: a call over gRPC', () => {
  it('whose deadline had passed when it came is refused, and does nothing', async () => {
    const before = await recordedOf(server, 'mpchat');
    expect(await rawPut('too-late', '1n')).toBe(status.DEADLINE_EXCEEDED);
    expect(await rawPut('too-late', '0m')).toBe(status.DEADLINE_EXCEEDED);
    // Whatever the first two could still be doing is done by now.
    expect(await rawPut('in-time', '10S')).toBe(status.OK);
    const { eventId } = await firstOf('in-time');
    const added = (await recordedOf(server, 'mpchat')).slice(before.length);
    expect(added).toHaveLength(2);
    expect(added).toContain(eventId);
    expect((await server.call('GET', '/v1/mpchat/accounts/too-late')).status).toBe(404);
  });

  it('whose deadline passes during its work is over for the client, which gets its answer by the same key', async () => {
    const { accountId } = await linkedPerson(server, sumsub);
    wire.hold();
    const options = { idempotencyKey: 'of-the-one-reset', deadlineMs: 400 };
    const late = latchkey.resets.requestReset({ accountId }, options).catch((error: unknown) => error);
    expect(await late).toMatchObject({
      code: 'deadline-exceeded',
      status: status.DEADLINE_EXCEEDED,
      idempotencyKey: 'of-the-one-reset',
      retryable: true,
    });
    const before = (await recordedOf(server, 'mpchat')).length;
    wire.release();
    // The command goes on without its client.
    await eventually(async () => (await recordedOf(server, 'mpchat')).length > before);
    const requested = await firstOf(accountId, 'LivenessResetRequested');
    const answer = await latchkey.resets.requestReset({ accountId }, { idempotencyKey: 'of-the-one-reset' });
    expect(answer.resetId).toBe(requested.data['resetId']);
    expect(sumsub.sessions).toHaveLength(1);
    expect((await recordedOf(server, 'mpchat')).length).toBe(before + 1);
  });
});

async function firstOf(accountId: string, type = 'AccountEnrolled') {
  const { events } = await latchkey.accounts.listAccountHistory({ accountId });
  const found = events.find((event) => event.type === type);
  return { eventId: found?.eventId, data: (found?.data ?? {}) as Readonly<Record<string, unknown>> };
}
