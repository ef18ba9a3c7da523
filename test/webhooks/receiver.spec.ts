import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebhookFailure } from '../../src/application/ports/webhooks.js';
import { WebhookNotDelivered } from '../../src/application/ports/webhooks.js';
import { HOUR, MINUTE, SECOND } from '../../src/domain/kernel/time.js';
import { Receiver } from '../../src/infrastructure/webhooks/receiver.js';
import { eventually } from '../support/eventually.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { status, WebhookReceiver } from '../support/webhook-receiver.js';

let backend: WebhookReceiver;
let clock: AdvancingClock;

beforeEach(async () => {
  backend = await WebhookReceiver.start();
  clock = new AdvancingClock();
});

afterEach(() => backend.close());

const receiver = (timeout = 5 * SECOND): Receiver => new Receiver(backend.url, clock, timeout);

async function failureOf(posted: Promise<void>): Promise<WebhookNotDelivered> {
  const outcome: unknown = await posted.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof WebhookNotDelivered) return outcome;
  throw new Error('expected WebhookNotDelivered');
}

const reasonOf = async (posted: Promise<void>): Promise<WebhookFailure> => (await failureOf(posted)).reason;

describe('a receiver of webhooks', () => {
  it.each([200, 201, 202, 204, 299])('has taken what it answers with %d', async (code) => {
    backend.otherwise = status(code);
    await receiver().post({ 'x-of': 'ours' }, '{"a":"ü"}');
    expect(backend.delivered).toStrictEqual([
      { headers: expect.objectContaining({ 'x-of': 'ours', 'user-agent': 'Latchkey' }), body: '{"a":"ü"}' },
    ]);
  });

  it.each([
    [301, 'http-301', true],
    [307, 'http-307', true],
    [400, 'http-400', true],
    [401, 'http-401', true],
    [404, 'http-404', true],
    [410, 'gone', false],
    [429, 'http-429', true],
    [500, 'http-500', true],
    [503, 'http-503', true],
  ] as const)(
    'has not taken what it answers with %d: %s, worth trying again: %s',
    async (code, reason, retryable) => {
      backend.otherwise = status(code, { location: 'http://169.254.169.254/latest/meta-data/' });
      const failure = await failureOf(receiver().post({}, '{}'));
      expect([failure.reason, failure.retryable]).toStrictEqual([reason, retryable]);
      expect(backend.delivered).toHaveLength(1);
    },
  );

  it.each([
    [429, '120', 2 * MINUTE],
    [503, '0', 0],
    [503, 'Mon, 02 Mar 2026 10:00:00 GMT', HOUR],
    [429, 'in a while', undefined],
    [500, '120', undefined],
    [410, '120', undefined],
  ] as const)('that answers %d and `Retry-After: %s` asks for %s ms', async (code, header, asked) => {
    backend.otherwise = status(code, { 'retry-after': header });
    expect((await failureOf(receiver().post({}, '{}'))).retryAfter).toBe(asked);
  });

  it('may take its time, and has taken it when it says so', async () => {
    const held: ServerResponse[] = [];
    backend.otherwise = (response) => void held.push(response);
    let taken = false;
    const posted = receiver()
      .post({}, '{}')
      .then(() => (taken = true));
    await eventually(() => held.length === 1);
    expect(taken).toBe(false);
    held[0]?.writeHead(202).end();
    await posted;
    expect(backend.delivered).toHaveLength(1);
  });

  it('that begins its answer and goes no further is given up on', async () => {
    backend.otherwise = (response) => void response.socket?.write('HTTP/1.1 200 O');
    expect(await reasonOf(receiver(50).post({}, '{}'))).toBe('timeout');
  });

  it('that never answers is given up on', async () => {
    backend.otherwise = () => undefined;
    expect(await reasonOf(receiver(50).post({}, '{}'))).toBe('timeout');
  });

  it('that hangs up or isn’t there can’t be reached', async () => {
    backend.otherwise = (response) => response.destroy();
    expect(await reasonOf(receiver().post({}, '{}'))).toBe('unreachable');
    const gone = await WebhookReceiver.start();
    const { url } = gone;
    await gone.close();
    expect(await reasonOf(new Receiver(url, clock).post({}, '{}'))).toBe('unreachable');
  });

  it('may answer without end: nobody reads on', async () => {
    const responses: ServerResponse[] = [];
    backend.otherwise = (response) => {
      response.writeHead(200);
      responses.push(response);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), more);
      };
      more();
    };
    await receiver().post({}, '{}');
    await eventually(() => responses[0]?.destroyed === true);
  });

  it('that lets five deliveries wait in a row rests for half a minute, then is tried by one', async () => {
    backend.otherwise = (response) => response.destroy();
    const resting = receiver();
    for (let times = 0; times < 5; times++)
      expect(await reasonOf(resting.post({}, '{}'))).toBe('unreachable');
    expect(await reasonOf(resting.post({}, '{}'))).toBe('resting');
    expect(backend.delivered).toHaveLength(5);
    clock.advance(30 * SECOND);
    const tries = await Promise.all([reasonOf(resting.post({}, '{}')), reasonOf(resting.post({}, '{}'))]);
    expect(tries).toStrictEqual(['unreachable', 'resting']);
    clock.advance(30 * SECOND);
    backend.otherwise = status(204);
    await resting.post({}, '{}');
    await resting.post({}, '{}');
  });

  it('that answers at once is never left alone, whatever it answers', async () => {
    backend.otherwise = status(500);
    const busy = receiver();
    for (let times = 0; times < 12; times++) expect(await reasonOf(busy.post({}, '{}'))).toBe('http-500');
  });

  it('fails without a word of what was sent or answered', async () => {
    backend.otherwise = (response) =>
      void response.writeHead(500, { 'x-secret': 'answer-3' }).end('answer-3');
    const shown = inspect(await failureOf(receiver().post({ 'x-own': 'header-1' }, 'body-2')), {
      depth: null,
      showHidden: true,
    });
    expect(shown).not.toMatch(/header-1|body-2|answer-3|127\.0\.0\.1/u);
  });

  it.each(['http://mp.net/hooks', 'http://127.0.0.1.example.com', 'ftp://localhost', 'file:///etc/passwd'])(
    'can’t be %s, where it would travel in the clear',
    (url) => {
      expect(() => new Receiver(url, clock)).toThrow('the URL of webhooks must begin with https://');
    },
  );
});
