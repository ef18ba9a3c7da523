import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, Person, problem } from '../support/journeys.js';
import type { Answer, CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

function expectProblem(answer: Answer, whole: object): void {
  expect(answer.body).toStrictEqual(whole);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect((answer.body as { status: number }).status).toBe(answer.status);
}

const put = (options: CallOptions) => server.call('PUT', '/v1/mpchat/accounts/ada', options);
const invalid = (...errors: readonly object[]) => problem(400, 'request-invalid', { errors });

describe('a body', () => {
  it.each([
    ['cut short', '{"email":'],
    ['of no JSON', 'email=ada@example.com'],
    ['that would set a prototype', '{"__proto__":{"email":"ada@example.com"}}'],
  ])('%s is refused', async (_what, body) => {
    expectProblem(await put({ body }), invalid({ pointer: '', detail: 'is not valid JSON' }));
  });

  it.each([
    ['text', 'text/plain', '{}'],
    ['a form', 'application/x-www-form-urlencoded', 'email=ada%40example.com'],
    ['XML', 'application/xml', '<email/>'],
    ['bytes', 'application/octet-stream', '{}'],
    ['a form with files', 'multipart/form-data; boundary=x', '--x--'],
  ])('of %s is refused, whatever is in it', async (_what, type, body) => {
    const refused = await put({ body, headers: { 'content-type': type } });
    expectProblem(refused, problem(415, 'media-type-not-supported'));
  });

  it('larger than 64 KiB is refused before it is read', async () => {
    const body = JSON.stringify({ displayName: 'x'.repeat(64 * 1024) });
    expectProblem(await put({ body }), problem(413, 'body-too-large'));
  });

  it('may leave out what is optional, down to all of it', async () => {
    await put({});
    answered(await put({ body: {} }), 200);
    answered(await put({ body: {}, headers: { 'content-type': 'application/json; charset=utf-8' } }), 200);
  });

  it('with a member that nobody knows is refused, with every pointer', async () => {
    const body = {
      displayname: 'Ada',
      phone: 7,
      totp: { enroll: true, 'a/b~c': 1 },
      identifiers: ['', 'ok'],
    };
    const refused = await put({ body });
    const { errors } = answered<{ errors: { pointer: string; detail: string }[] }>(refused, 400);
    expect(errors.map(({ pointer }) => pointer).sort()).toStrictEqual([
      '',
      '/identifiers/0',
      '/phone',
      '/totp',
    ]);
    expect(errors.every(({ detail }) => detail !== '')).toBe(true);
    expect(errors.find(({ pointer }) => pointer === '')?.detail).toContain('displayname');
  });

  it('never has its values repeated in the refusal', async () => {
    const refused = await put({ body: { phone: '+86 185 not a number', email: 'secret@@example.com' } });
    expectProblem(
      refused,
      invalid(
        { pointer: '/phone', detail: 'must be a phone number in international format, as +8618512345678' },
        { pointer: '/email', detail: 'must be one email address' },
      ),
    );
  });
});

describe('a path', () => {
  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/nothing'],
    ['GET', '/assets/nothing.js'],
    ['GET', '/assets/../package.json'],
    ['GET', '/assets/%2e%2e/index.html'],
    ['PATCH', '/v1/mpchat/accounts/ada'],
    ['POST', '/v1/mpchat/accounts/ada/passkeys/registrations/more'],
    ['PUT', '/v1/mpchat/accounts/'],
    ['OPTIONS', '/v1/mpchat/accounts/ada'],
  ])('that leads nowhere is said to: %s %s', async (method, path) => {
    expectProblem(await server.call(method, path), problem(404, 'not-found'));
  });

  it('that is no URL is refused without being repeated', async () => {
    const refused = await server.call('GET', '/v1/mpchat/accounts/%E0%A4%A');
    expectProblem(refused, invalid({ pointer: '', detail: 'the path is not a valid URL' }));
  });

  it('longer than any of ours leads nowhere', async () => {
    const long = await server.call('GET', `/v1/mpchat/accounts/${'a'.repeat(9000)}`);
    expectProblem(long, problem(404, 'not-found'));
  });
});

describe('an answer', () => {
  it('is kept by nobody on the way and framed by nobody', async () => {
    const { headers } = await put({ body: {} });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('names a time as RFC 3339, wherever it stands', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    await ada.addPasskey();
    const history = await ada.history();
    expect(
      history.map(({ type, data }) => [type, data['sensitiveActionsFrom'] ?? data['grantExpiresAt']]),
    ).toStrictEqual([
      ['AccountEnrolled', undefined],
      ['SecurityCheckPassed', server.clock.in(600_000)],
      ['PasskeyRegistered', server.clock.in(0)],
      ['DeviceTrusted', undefined],
    ]);
  });
});

describe('a cursor', () => {
  it('reads a long history a page at a time', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    for (let turn = 0; turn < 120; turn++) {
      answered(await ada.call('PUT', '', { body: { displayName: `Ada ${turn}` } }), 200);
    }
    type Page = { events: { revision: number }[]; next?: number };
    const first = answered<Page>(await ada.call('GET', `/history?after=${await ada.now()}`), 200);
    const second = answered<Page>(await ada.call('GET', `/history?cursor=${String(first.next)}`), 200);
    expect([...first.events, ...second.events].map(({ revision }) => revision)).toStrictEqual(
      Array.from({ length: 121 }, (_, revision) => revision),
    );
    expect(second).not.toHaveProperty('next');
  });

  it.each(['x', '-1', '1.5', '', '9'.repeat(16)])('of %j is refused', async (cursor) => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const refused = await ada.call('GET', `/history?cursor=${cursor}`);
    expectProblem(refused, invalid({ pointer: '/cursor', detail: 'must be a `next` of before' }));
  });
});
