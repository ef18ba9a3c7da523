import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { readGrpcApi } from '../../src/infrastructure/grpc/api.js';
import type { Scope } from '../../src/infrastructure/service/api-keys.js';
import { SCOPES } from '../../src/infrastructure/service/api-keys.js';
import { GrpcClient, GrpcRefused } from '../support/grpc-client.js';
import { answered, Person, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer, withGrpc } from '../support/running-server.js';

const DEVICE: JsonObject = {
  platform: 'PLATFORM_IOS',
  osVersion: '18.1',
  appVersion: '99.0.0',
  appKind: 'APP_KIND_MOBILE',
  model: 'iPhone16,1',
  screenLock: true,
  biometrics: ['BIOMETRIC_FACE'],
};

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

const refusal = async (call: Promise<unknown>): Promise<GrpcRefused> => {
  const error = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (failure: unknown) => failure,
  );
  if (!(error instanceof GrpcRefused)) throw error;
  return error;
};

describe.each(PRODUCTS)('C4: a backend that speaks gRPC, at %s,', (rp) => {
  it('takes a person from nothing to a redeemed proof, known by reflection alone', async () => {
    const ada = new Person(server, rp);
    const of = (more: JsonObject = {}): JsonObject => ({ rp, accountId: ada.accountId, ...more });
    const put = await client.call(
      'AccountsService/PutAccount',
      of({ phone: ada.phone, email: ada.email, displayName: 'Ada' }),
    );
    expect(put['factors']).toStrictEqual([
      { factor: 'FACTOR_SMS', destination: expect.any(String), confirmed: true },
      { factor: 'FACTOR_EMAIL', destination: expect.any(String), confirmed: true },
    ]);
    const check = await client.call(
      'SecurityChecksService/StartSecurityCheck',
      of({ factor: 'FACTOR_SMS', purpose: 'PURPOSE_BIND_PASSKEY' }),
    );
    const { grant = '' } = await client.call(
      'SecurityChecksService/VerifySecurityCheck',
      of({ checkId: check['checkId'] ?? '', code: ada.codeBy('sms') }),
    );
    const started = await client.call(
      'PasskeysService/StartRegistration',
      of({ grant, device: DEVICE, entryPoint: 'security-center', storage: 'STORAGE_THIS_DEVICE' }),
    );
    const creation = { publicKey: started['publicKey'] } as unknown as Parameters<Person['create']>[0];
    const registered = await client.call(
      'PasskeysService/RegisterPasskey',
      of({ ceremonyId: started['ceremonyId'] ?? '', credential: ada.create(creation) as JsonObject }),
    );
    expect(registered).toMatchObject({
      passkey: { name: 'iPhone 15 Pro', status: 'PASSKEY_STATUS_ACTIVE', synced: true },
      signals: { allAcceptedCredentials: { rpId: 'localhost' } },
    });
    const list = await client.call(
      'PasskeysService/ListPasskeys',
      of({ after: registered['position'] ?? '' }),
    );
    const rest = answered<JsonObject>(await ada.call('GET', '/passkeys'), 200);
    expect(list['passkeys']).toMatchObject([
      { passkeyId: (rest['passkeys'] as JsonObject[])[0]?.['passkeyId'] },
    ]);

    const action = rp === 'mpchat' ? 'internal-transfer' : 'unlock-trading';
    const opened = await client.call('StepUpsService/StartStepUp', {
      ...of({ action }),
      parameters: { amount: '12.50', to: { account: 'x-1' } },
    });
    expect(opened['methods']).toStrictEqual(expect.arrayContaining([{ methods: ['METHOD_PASSKEY'] }]));
    const request = { publicKey: opened['publicKey'] } as unknown as Parameters<Person['answer']>[0];
    const proof = await client.call(
      'StepUpsService/VerifyStepUp',
      of({ stepUpId: opened['stepUpId'] ?? '', credential: ada.answer(request) as JsonObject }),
    );
    const spent = {
      rp,
      accountId: ada.accountId,
      token: proof['token'] ?? '',
      action,
      parameters: { to: { account: 'x-1' }, amount: '12.50' },
    };
    const { token, parameters } = spent;
    expect(
      await client.call('TokensService/IntrospectToken', { rp, token, action, parameters }),
    ).toMatchObject({
      active: true,
      sub: ada.accountId,
      aud: rp,
      authTime: expect.any(String),
      tokenType: 'step-up',
      txnDigest: expect.any(String),
    });
    expect(await client.call('TokensService/RedeemToken', spent)).toStrictEqual({
      redeemed: true,
      position: expect.any(String),
    });
    const signIn = await client.call('SignInsService/StartSignIn', {
      rp,
      device: { ...DEVICE, deviceToken: registered['deviceToken'] ?? '' },
    });
    const picked = { publicKey: signIn['publicKey'] } as unknown as Parameters<Person['answer']>[0];
    expect(
      await client.call('SignInsService/VerifySignIn', {
        rp,
        ceremonyId: signIn['ceremonyId'] ?? '',
        credential: ada.answer(picked) as JsonObject,
      }),
    ).toMatchObject({ status: 'SIGN_IN_STATUS_SIGNED_IN', accountId: ada.accountId });
  });
});

describe('C4: every method', () => {
  const asked = (name: string, rp = 'mpchat'): JsonObject => ({
    rp,
    ...Object.fromEntries(
      (client.methods.get(name)?.input.fields ?? [])
        .filter(({ jsonName }) => (jsonName.endsWith('Id') && jsonName !== 'stepUpId') || jsonName === 'name')
        .map(({ jsonName }) => [jsonName, 'nothing']),
    ),
    ...(client.methods.get(name)?.input.field['factor'] !== undefined && { factor: 'FACTOR_SMS' }),
    ...(client.methods.get(name)?.input.field['stepUpId'] !== undefined && { stepUpId: 'nothing' }),
  });
  const make = (name: string, key: string | null, rp?: string): Promise<unknown> =>
    client.methods.get(name)?.methodKind === 'server_streaming'
      ? client.stream(name, asked(name, rp), { key }).next()
      : client.call(name, asked(name, rp), { key });
  /** Each method with how it refuses that key. */
  const refusals = async (keyFor: (name: string) => string | null, rp?: string): Promise<unknown[]> => {
    const refused = [];
    for (const name of client.methods.keys()) {
      const { code, reason } = await refusal(make(name, keyFor(name), rp));
      refused.push([name, status[code], reason]);
    }
    return refused;
  };
  const all = (code: string, reason: string): unknown[] =>
    [...client.methods.keys()].map((name) => [name, code, reason]);

  it('is refused without a key', async () => {
    expect(await refusals(() => null)).toStrictEqual(all('UNAUTHENTICATED', 'api-key-missing'));
  });

  it('is refused with a key that nobody was given', async () => {
    expect(await refusals(() => `lk_${'A'.repeat(43)}`)).toStrictEqual(
      all('UNAUTHENTICATED', 'api-key-invalid'),
    );
  });

  it("is refused with another product's key, and with one for a product that is none", async () => {
    const key = await server.keyFor('moomoo', ...SCOPES);
    expect(await refusals(() => key)).toStrictEqual(all('NOT_FOUND', 'relying-party-not-found'));
    expect(await refusals(() => key, 'nobody')).toStrictEqual(all('NOT_FOUND', 'relying-party-not-found'));
  });

  it('is refused with a key that has every scope but the one that its REST call needs', async () => {
    const document = answered<{ paths: Record<string, Record<string, { 'x-scope': Scope }>> }>(
      await server.call('GET', '/docs/openapi.json', { key: null }),
      200,
    );
    const calls = new Map(
      [...readGrpcApi().services.values()]
        .flat()
        .map(({ name, rest }) => [name.replace('latchkey.v1.', ''), rest]),
    );
    const scopeOf = (name: string): Scope => {
      const { method, path } = calls.get(name) ?? { method: '', path: '' };
      return document.paths[path]?.[method.toLowerCase()]?.['x-scope'] ?? 'audit';
    };
    const keys = new Map<Scope, string>();
    for (const scope of SCOPES) {
      keys.set(scope, await server.keyFor('mpchat', ...SCOPES.filter((other) => other !== scope)));
    }
    expect(await refusals((name) => keys.get(scopeOf(name)) ?? null)).toStrictEqual(
      all('PERMISSION_DENIED', 'scope-missing'),
    );
  });

  it("is refused to a page's session, whatever else comes with the call", async () => {
    const metadata = { 'latchkey-portal': '1', cookie: '__Host-latchkey-portal=x', host: 'localhost' };
    const call = client.call(
      'AccountsService/GetAccount',
      { rp: 'mpchat', accountId: 'x' },
      { key: null, metadata },
    );
    expect((await refusal(call)).reason).toBe('api-key-missing');
  });
});

describe('C4: a refusal over gRPC', () => {
  it('of a bad message names each field as the proto file does', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const device = { platform: 'PLATFORM_IOS', deviceId: '' };
    const refused = await refusal(
      client.call('PasskeysService/CheckDevice', { rp: 'mpchat', accountId: ada.accountId, device }),
    );
    expect([refused.code, refused.reason]).toStrictEqual([status.INVALID_ARGUMENT, 'request-invalid']);
    expect(refused.detail('google.rpc.BadRequest')).toMatchObject({
      fieldViolations: [
        { field: 'device.device_id', description: expect.any(String) },
        { field: 'entry_point', description: expect.any(String) },
      ],
    });
  });

  it('carries what belongs to its code', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const { passkey } = await ada.addPasskey();
    const refused = await refusal(
      client.call('PasskeysService/RemovePasskey', {
        rp: 'moomoo',
        accountId: ada.accountId,
        passkeyId: passkey.passkeyId,
      }),
    );
    expect([refused.code, refused.message]).toStrictEqual([status.PERMISSION_DENIED, expect.any(String)]);
    expect(refused.details).toStrictEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'step-up-required',
        domain: 'latchkey',
        metadata: { action: 'remove-passkey' },
      },
      {
        '@type': 'type.googleapis.com/google.protobuf.Struct',
        value: { action: 'remove-passkey', parameters: { passkeyId: passkey.passkeyId } },
      },
    ]);
    const { token } = await ada.proofFor('remove-passkey', { passkeyId: passkey.passkeyId });
    expect(
      await client.call(
        'PasskeysService/RemovePasskey',
        { rp: 'moomoo', accountId: ada.accountId, passkeyId: passkey.passkeyId },
        { metadata: { 'step-up-token': token } },
      ),
    ).toMatchObject({ position: expect.any(String) });
  });

  it('for too many requests says when to come back', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId };
    const check = { ...request, factor: 'FACTOR_SMS', purpose: 'PURPOSE_BIND_PASSKEY' };
    let refused: GrpcRefused | undefined;
    for (let asked = 0; refused === undefined && asked < 50; asked += 1) {
      await client.call('SecurityChecksService/StartSecurityCheck', check).catch((error: unknown) => {
        refused = error as GrpcRefused;
      });
    }
    expect([refused?.code, refused?.reason]).toStrictEqual([status.RESOURCE_EXHAUSTED, 'too-many-requests']);
    expect(refused?.detail('google.rpc.RetryInfo')).toMatchObject({
      retryDelay: expect.stringMatching(/^[1-9]\d*s$/u),
    });
  });

  it.each(['.', '..', ''])('meets an account id %j, which would lead to another call', async (accountId) => {
    const { reason, details } = await refusal(
      client.call('AccountsService/GetAccount', { rp: 'mpchat', accountId }),
    );
    expect(reason).toBe('request-invalid');
    expect(details[1]).toMatchObject({ fieldViolations: [{ field: 'account_id' }] });
  });

  it('meets a number that is none', async () => {
    const request = {
      rp: 'mpchat',
      ceremonyId: 'x',
      error: { name: 'NotAllowedError' },
      elapsedMs: 'NaN',
    };
    expect((await refusal(client.call('DiagnosesService/DiagnoseFailure', request))).reason).toBe(
      'request-invalid',
    );
  });
});

describe('B7 and B6: a call over gRPC', () => {
  it('with an idempotency key is answered as the first time, over REST too, and refused with another message', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId, displayName: 'Ada' };
    const metadata = { 'idempotency-key': randomUUID() };
    const first = await client.call('AccountsService/PutAccount', request, { metadata });
    await client.call('AccountsService/PutAccount', { ...request, displayName: 'Countess' });
    expect(await client.call('AccountsService/PutAccount', request, { metadata })).toStrictEqual(first);
    const overRest = await ada.call('PUT', '', { body: { displayName: 'Ada' }, headers: metadata });
    expect(answered<JsonObject>(overRest, 200)['position']).toBe(first['position']);
    const reused = client.call('AccountsService/PutAccount', { ...request, displayName: 'B' }, { metadata });
    expect((await refusal(reused)).reason).toBe('idempotency-key-reused');
  });

  it('reads what was written before, and no position that was made up', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId };
    const written = await client.call('AccountsService/PutAccount', { ...request, displayName: 'Ada' });
    const read = { ...request, after: written['position'] ?? '' };
    expect((await client.call('AccountsService/GetAccount', read))['displayName']).toBe('Ada');
    const removed = await client.call('AccountsService/PutAccount', {
      ...request,
      remove: 'displayName,identifiers',
    });
    const later = { ...request, after: removed['position'] ?? '' };
    expect(await client.call('AccountsService/GetAccount', later)).not.toHaveProperty('displayName');
    const both = { ...request, displayName: 'Ada', remove: 'displayName' };
    expect((await refusal(client.call('AccountsService/PutAccount', both))).reason).toBe('request-invalid');
    const madeUp = client.call('AccountsService/GetAccount', { ...request, after: 'A'.repeat(22) });
    expect((await refusal(madeUp)).reason).toBe('position-invalid');
  });

  it("passes on the end user's address and agent, and answers in the language asked for", async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const request = { rp: 'mpchat', accountId: ada.accountId, entryPoint: 'security-center', device: DEVICE };
    const inChinese = { metadata: { 'accept-language': 'zh' } };
    const english = await client.call('PasskeysService/CheckDevice', request);
    const chinese = await client.call('PasskeysService/CheckDevice', request, inChinese);
    expect(chinese['purposeText']).not.toBe(english['purposeText']);
  });
});
