import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MessageNotDelivered } from '../../src/application/ports/messaging.js';
import { SECOND } from '../../src/domain/kernel/time.js';
import type { SmsGatewayOptions } from '../../src/infrastructure/messaging/sms-gateway.js';
import { SmsGateway } from '../../src/infrastructure/messaging/sms-gateway.js';
import { rendered } from '../../src/infrastructure/messaging/templates.js';
import { mpchat } from '../support/shipped-policies.js';
import { codeMessage, noticeMessage } from './messages.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function gatewayThat(
  answers: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answers).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
}

const answering = (status: number, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
  gatewayThat((request, response) => {
    request.resume();
    response.writeHead(status, headers).end('{}');
  });

const message = rendered(mpchat, codeMessage({ kind: 'sign-in' }));

function sending(url: string, options: Partial<SmsGatewayOptions> = {}): Promise<void> {
  return new SmsGateway({ url, bearerToken: 'secret-token', timeout: 5 * SECOND, ...options }).carry(message);
}

describe('the SMS gateway', () => {
  it('is given the number and the text, with the token', async () => {
    const requests: unknown[] = [];
    const url = await gatewayThat((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const { authorization, 'content-type': type } = request.headers;
        requests.push([
          request.method,
          request.url,
          authorization,
          type,
          JSON.parse(Buffer.concat(chunks).toString()),
        ]);
        response.writeHead(202).end();
      })();
    });
    await sending(url);
    expect(requests).toStrictEqual([
      [
        'POST',
        '/messages',
        'Bearer secret-token',
        'application/json',
        { to: '+8618591234565', text: message.text },
      ],
    ]);
  });

  it('is given a notice’s own id, by which it knows it again, and none with a code', async () => {
    const keys: unknown[] = [];
    const url = await gatewayThat((request, response) => {
      keys.push(request.headers['idempotency-key']);
      request.resume();
      response.writeHead(202).end();
    });
    const gateway = new SmsGateway({ url, bearerToken: 'secret-token', timeout: 5 * SECOND });
    const notice = { channel: 'sms', to: '+8618591234565', id: 'notice.event-7.0.sms.now' } as const;
    await gateway.carry(rendered(mpchat, noticeMessage({ kind: 'account-unlocked' }, notice)));
    await gateway.carry(rendered(mpchat, noticeMessage({ kind: 'account-unlocked' }, notice)));
    await gateway.carry(message);
    expect(keys).toStrictEqual(['notice.event-7.0.sms.now', 'notice.event-7.0.sms.now', undefined]);
  });

  it.each([
    [400, 'gateway-refused', false],
    [401, 'gateway-refused', false],
    [422, 'gateway-refused', false],
    [408, 'gateway-unavailable', true],
    [429, 'gateway-unavailable', true],
    [500, 'gateway-unavailable', true],
    [503, 'gateway-unavailable', true],
  ] as const)('that answers %d has failed: %s, worth trying again: %s', async (status, reason, retryable) => {
    const failure = await failureOf(sending(await answering(status)));
    expect([failure.channel, failure.reason, failure.gatewayCode, failure.retryable]).toStrictEqual([
      'sms',
      reason,
      status.toString(),
      retryable,
    ]);
  });

  it('can’t lead the token and the code elsewhere by a redirect', async () => {
    let reached = false;
    const elsewhere = await gatewayThat((_request, response) => {
      reached = true;
      response.writeHead(200).end();
    });
    for (const status of [301, 302, 307, 308]) {
      const failure = await failureOf(sending(await answering(status, { location: elsewhere })));
      expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-refused', status.toString()]);
    }
    expect(reached).toBe(false);
  });

  it('that never answers is given up on', async () => {
    const silent = await gatewayThat((request) => request.resume());
    const failure = await failureOf(sending(silent, { timeout: 50 }));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-unavailable', 'timeout']);
  });

  it('that hangs up is unavailable', async () => {
    const hangingUp = await gatewayThat((request) => request.socket.destroy());
    const failure = await failureOf(sending(hangingUp));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-unavailable', 'connection']);
  });

  it('fails without a word of the number, the code or the token', async () => {
    for (const url of [await answering(400), await gatewayThat((request) => request.socket.destroy())]) {
      const shown = inspect(await failureOf(sending(url)), { depth: null, showHidden: true });
      expect(shown).not.toMatch(/8618591234565|042517|secret-token/);
    }
  });

  it('is never asked to send to something that is no number', async () => {
    let reached = false;
    const url = await gatewayThat((_request, response) => {
      reached = true;
      response.end();
    });
    const gateway = new SmsGateway({ url, bearerToken: 'secret-token', timeout: SECOND });
    for (const to of ['', 'li@example.com', '8618591234565', '+86185,+86186', '+86185\n']) {
      const failure = await failureOf(gateway.carry(rendered(mpchat, codeMessage(undefined, { to }))));
      expect(failure.reason).toBe('destination-refused');
    }
    expect(reached).toBe(false);
  });

  it.each([
    'http://sms.example.com',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    'file:///etc/passwd',
  ])('can’t be %s, where the code would travel in the clear', (url) => {
    expect(() => new SmsGateway({ url, bearerToken: 'x', timeout: SECOND })).toThrow(
      'the URL of the SMS gateway must begin with https://',
    );
  });
});

async function failureOf(attempt: Promise<void>): Promise<MessageNotDelivered> {
  const outcome: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof MessageNotDelivered) return outcome;
  throw new Error('expected MessageNotDelivered');
}
