import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import type { LatchkeyOptions } from '@latchkey/client';
import { Latchkey, LatchkeyError } from '@latchkey/client';
import { readGrpcApi } from '../../src/infrastructure/grpc/api.js';
import { BreakableWire } from '../support/breakable-wire.js';
import { eventually } from '../support/eventually.js';
import { Person, PHONE, PRODUCTS } from '../support/journeys.js';
import { recordedOf } from '../support/recorded.js';
import type { RunningServer } from '../support/running-server.js';
import { freePort, runServer, withGrpc } from '../support/running-server.js';

let server: RunningServer;
let port: number;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  const settings = await withGrpc();
  server = await runServer({ settings });
  ({ port } = settings.grpc);
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(() => server.close());

function clientOf(rp: string, more: Partial<LatchkeyOptions> = {}): Latchkey {
  const client = new Latchkey({ address: `127.0.0.1:${port}`, rp, apiKey: server.key, ...more });
  open.push(client);
  return client;
}

async function refusal(call: Promise<unknown>): Promise<LatchkeyError> {
  const error = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (failure: unknown) => failure,
  );
  if (!(error instanceof LatchkeyError)) throw error;
  return error;
}

/** How many events the account has. */
async function recorded({ rp, accountId }: Person): Promise<number> {
  const answer = await server.call('GET', `/v1/${rp}/accounts/${accountId}/history`);
  return (answer.body as { events?: object[] }).events?.length ?? 0;
}

describe.each(PRODUCTS)('C4: the backend of %s, by the client for Node,', (rp) => {
  it('takes a person from nothing to a redeemed proof, in the words of the page', async () => {
    const latchkey = clientOf(rp);
    const ada = new Person(server, rp);
    const { accountId } = ada;
    const put = await latchkey.accounts.putAccount({ accountId, phone: ada.phone, displayName: 'Ada' });
    expect(put.factors).toMatchObject([{ factor: 'sms', confirmed: true }]);
    const check = await latchkey.securityChecks.startSecurityCheck({
      accountId,
      factor: 'sms',
      purpose: 'bind-passkey',
    });
    const { grant } = await latchkey.securityChecks.verifySecurityCheck({
      accountId,
      checkId: check.checkId,
      code: ada.codeBy('sms'),
    });
    const started = await latchkey.passkeys.startRegistration({
      accountId,
      grant,
      device: PHONE,
      entryPoint: 'security-center',
      storage: 'this-device',
    });
    expect(started.expiresAt).toBeInstanceOf(Date);
    const creation = { publicKey: started.publicKey } as Parameters<Person['create']>[0];
    const { passkey, signals } = await latchkey.passkeys.registerPasskey({
      accountId,
      ceremonyId: started.ceremonyId,
      credential: ada.create(creation),
    });
    expect(passkey).toMatchObject({ status: 'active', synced: true });
    expect(signals?.allAcceptedCredentials).toMatchObject({ rpId: 'localhost' });
    const { passkeys } = await latchkey.passkeys.listPasskeys({ accountId });
    expect(passkeys.map(({ passkeyId }) => passkeyId)).toStrictEqual([passkey?.passkeyId]);

    const action = rp === 'mpchat' ? 'internal-transfer' : 'unlock-trading';
    const parameters = { amount: '12.50', to: { account: 'x-1' }, note: null };
    const opened = await latchkey.stepUps.startStepUp({ accountId, action, parameters });
    const asked = { publicKey: opened.publicKey } as Parameters<Person['answer']>[0];
    const { token } = await latchkey.stepUps.verifyStepUp({
      accountId,
      stepUpId: opened.stepUpId,
      credential: ada.answer(asked),
    });
    const spent = { token, accountId, action, parameters };
    const others = latchkey.tokens.redeemToken({ ...spent, parameters: { amount: '99' } });
    expect(await refusal(others)).toMatchObject({
      code: 'token-invalid',
      status: status.INVALID_ARGUMENT,
      method: 'TokensService/RedeemToken',
      retryable: false,
    });
    expect(await latchkey.tokens.redeemToken(spent)).toMatchObject({ redeemed: true });
  });
});

describe('The client for Node', () => {
  it('has every method of latchkey.v1', () => {
    const client = clientOf('mpchat');
    const lacking = [...readGrpcApi().services.values()].flat().filter(({ name, desc }) => {
      if (desc.name === 'SubscribeEvents') return false;
      const service = desc.parent.name.replace(/Service$/u, '');
      const calls: unknown = Reflect.get(client, `${service.charAt(0).toLowerCase()}${service.slice(1)}`);
      return typeof Reflect.get(Object(calls), desc.localName) !== 'function' ? name : false;
    });
    expect(lacking).toStrictEqual([]);
  });

  it('tells a refusal by its code, with what is wrong by the names of the request, and what belongs to it', async () => {
    const latchkey = clientOf('moomoo');
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const { accountId } = ada;
    const device = { ...PHONE, osVersion: 'x'.repeat(200) };
    const invalid = await refusal(
      latchkey.passkeys.checkDevice({ accountId, device, entryPoint: 'security-center' }),
    );
    expect(invalid).toMatchObject({ code: 'request-invalid', status: status.INVALID_ARGUMENT });
    expect(invalid.violations).toContainEqual({
      field: 'device.osVersion',
      description: expect.any(String),
    });
    await ada.addPasskey();
    const [passkey] = (await latchkey.passkeys.listPasskeys({ accountId })).passkeys;
    const unproven = await refusal(
      latchkey.passkeys.removePasskey({ accountId, passkeyId: passkey?.passkeyId ?? '' }),
    );
    expect(unproven).toMatchObject({
      code: 'step-up-required',
      details: { action: 'remove-passkey', parameters: { passkeyId: passkey?.passkeyId } },
    });
  });

  it('says nothing of its key, whatever is printed', async () => {
    const latchkey = clientOf('mpchat');
    const error = await refusal(
      latchkey.tokens.introspectToken({ token: 'of-a-customer' }, { stepUpToken: 'of-a-proof' }),
    ).catch(() => refusal(latchkey.accounts.getAccount({ accountId: 'nobody' })));
    const shown = [latchkey, latchkey.accounts, error].map((each) =>
      inspect(each, { depth: 9, showHidden: true }),
    );
    const printed = [...shown, JSON.stringify(error), error.stack ?? ''].join('\n');
    expect(printed).not.toContain(server.key);
    expect(printed).not.toContain('of-a-customer');
    expect(printed).not.toContain('of-a-proof');
  });

  it.each(['passkeys.example:3001', '10.0.0.7:3001', '127.0.0.1.example:3001', 'localhost.example:3001'])(
    'sends no key to %s in the clear',
    (address) => {
      expect(() => clientOf('mpchat', { address })).toThrow(TypeError);
      expect(() => clientOf('mpchat', { address, plaintext: 'allowed' })).not.toThrow();
    },
  );

  it('reads its own writes, and waits for them', async () => {
    const ada = new Person(server, 'mpchat');
    const { accountId } = ada;
    const other = clientOf('mpchat', { readYourWrites: false });
    const latchkey = clientOf('mpchat');
    await latchkey.accounts.putAccount({ accountId, displayName: 'Ada' });
    expect(await latchkey.accounts.getAccount({ accountId })).toMatchObject({ displayName: 'Ada' });
    await server.service.tier.projections.stop();
    try {
      await latchkey.accounts.putAccount({ accountId, displayName: 'Ada L.' });
      expect(await other.accounts.getAccount({ accountId })).toMatchObject({ displayName: 'Ada' });
      const waiting = refusal(latchkey.accounts.getAccount({ accountId }, { deadlineMs: 300 }));
      expect(await waiting).toMatchObject({ code: 'deadline-exceeded', retryable: true });
    } finally {
      await server.service.tier.projections.start();
    }
    expect(await latchkey.accounts.getAccount({ accountId })).toMatchObject({ displayName: 'Ada L.' });
  });

  it('asks once more where the answer was lost, and what it asked for happens once', async () => {
    const wire = await BreakableWire.to(port);
    open.push(wire);
    const latchkey = clientOf('mpchat', { address: `127.0.0.1:${wire.port}` });
    const ada = new Person(server, 'mpchat');
    const { accountId } = ada;
    await latchkey.accounts.putAccount({ accountId, displayName: 'Ada' });
    const before = await recorded(ada);
    wire.hold();
    const renaming = latchkey.accounts.putAccount({ accountId, displayName: 'Ada L.' });
    await eventually(async () => (await recorded(ada)) > before);
    wire.cut();
    expect(await renaming).toMatchObject({ accountId, position: expect.any(String) });
    expect(wire.connections).toBe(2);
    expect(await recorded(ada)).toBe(before + 1);
  });

  it('makes a call again by the key of the one that failed, and gets its answer', async () => {
    const latchkey = clientOf('mpchat');
    const request = { accountId: new Person(server, 'mpchat').accountId, displayName: 'Ada' };
    const options = { idempotencyKey: 'of-one-form-on-one-page' };
    const first = await latchkey.accounts.putAccount(request, options);
    expect(await latchkey.accounts.putAccount(request, options)).toStrictEqual(first);
    const reused = latchkey.accounts.putAccount({ ...request, displayName: 'Bob' }, options);
    expect(await refusal(reused)).toMatchObject({
      code: 'idempotency-key-reused',
      idempotencyKey: options.idempotencyKey,
    });
  });

  it('gives up at the deadline, where nobody answers', async () => {
    const latchkey = clientOf('mpchat', { address: `127.0.0.1:${await freePort()}`, deadlineMs: 700 });
    const begun = performance.now();
    const error = await refusal(latchkey.accounts.putAccount({ accountId: 'ada' }));
    expect(error).toMatchObject({ retryable: true, idempotencyKey: expect.any(String) });
    expect(['unavailable', 'deadline-exceeded']).toContain(error.code);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('ends a call that its caller ends, and each when it is closed', async () => {
    const wire = await BreakableWire.to(port);
    open.push(wire);
    const latchkey = clientOf('mpchat', { address: `127.0.0.1:${wire.port}` });
    await refusal(latchkey.accounts.getAccount({ accountId: 'nobody' }));
    wire.hold();
    const leaving = new AbortController();
    const left = latchkey.accounts.getAccount({ accountId: 'ada' }, { signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    const other = latchkey.accounts.getAccount({ accountId: 'ada' });
    latchkey.close();
    await expect(other).rejects.toMatchObject({ name: 'AbortError' });
    await expect(latchkey.accounts.getAccount({ accountId: 'ada' })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('C4: a subscription of the client for Node', () => {
  it('goes on over connections that break, without gap or repeat', async () => {
    const wire = await BreakableWire.to(port);
    open.push(wire);
    const latchkey = clientOf('moomoo', { address: `127.0.0.1:${wire.port}` });
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const taken: string[] = [];
    const taking = (async () => {
      for await (const { eventId } of latchkey.subscribeEvents()) taken.push(eventId);
    })();
    for (let round = 0; round < 3; round += 1) {
      // What it has taken in may have come before the cut: it is to be connected anew as well.
      await eventually(
        async () =>
          wire.connections === round + 1 && taken.length === (await recordedOf(server, 'moomoo')).length,
      );
      if (round > 0) wire.hold();
      for (let each = 0; each < 5; each += 1) {
        await ada.call('PUT', '', { body: { displayName: `Ada ${round}${each}` } });
      }
      wire.cut();
    }
    const expected = await recordedOf(server, 'moomoo');
    await eventually(() => taken.length >= expected.length);
    latchkey.close();
    await taking;
    expect(taken).toStrictEqual(expected);
    expect(wire.connections).toBe(4);
  });

  it('tells when it has caught up, goes on from a position, and ends when it is told to', async () => {
    const latchkey = clientOf('moomoo');
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const [first] = await recordedOf(server, 'moomoo');
    let position = '';
    for await (const event of latchkey.subscribeEvents()) {
      expect(event.eventId).toBe(first);
      ({ position } = event);
      break;
    }
    const ending = new AbortController();
    const taken: string[] = [];
    const subscription = { after: position, signal: ending.signal, caughtUp: () => ending.abort() };
    for await (const { eventId } of latchkey.subscribeEvents(subscription)) taken.push(eventId);
    expect([first, ...taken]).toStrictEqual(await recordedOf(server, 'moomoo'));
  });

  it('is refused as a call is', async () => {
    const latchkey = clientOf('moomoo');
    const refused = latchkey.subscribeEvents({ after: 'A'.repeat(22) }).next();
    expect(await refusal(refused)).toMatchObject({ code: 'position-invalid' });
  });
});
