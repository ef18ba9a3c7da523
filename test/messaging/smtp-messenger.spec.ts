import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SMTPServerOptions } from 'smtp-server';
import { MessageNotDelivered } from '../../src/application/ports/messaging.js';
import { SECOND } from '../../src/domain/kernel/time.js';
import { SingleEmailAddresses } from '../../src/infrastructure/factors/email-addresses.js';
import { htmlOf } from '../../src/infrastructure/messaging/email-html.js';
import type { SmtpOptions } from '../../src/infrastructure/messaging/smtp-messenger.js';
import { SmtpMessenger } from '../../src/infrastructure/messaging/smtp-messenger.js';
import type { RenderedMessage } from '../../src/infrastructure/messaging/templates.js';
import { rendered } from '../../src/infrastructure/messaging/templates.js';
import { mpchat } from '../support/shipped-policies.js';
import type { MailServer } from './mail-server.js';
import { mailServer } from './mail-server.js';
import { codeMessage, noticeMessage } from './messages.js';
import { selfSigned } from './self-signed.js';

const certificate = selfSigned();
const addresses = new SingleEmailAddresses();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serving(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = await mailServer({ ...certificate, ...options });
  closing.push(() => server.close());
  return server;
}

function messengerTo(port: number, options: Partial<SmtpOptions> = {}): SmtpMessenger {
  const messenger = new SmtpMessenger(
    {
      host: 'localhost',
      port,
      security: 'starttls',
      from: 'no-reply@mp.net',
      timeout: 5 * SECOND,
      certificateAuthorities: [certificate.cert],
      ...options,
    },
    addresses,
  );
  closing.push(() => messenger.close());
  return messenger;
}

const toLi = (to = 'Li.Wei@example.com'): RenderedMessage =>
  rendered(mpchat, codeMessage({ kind: 'sign-in' }, { channel: 'email', to }));

describe('an email', () => {
  it('arrives as plain text and as HTML, over TLS', async () => {
    const server = await serving();
    const message = toLi();
    await messengerTo(server.port).carry(message);

    const [mail] = server.received;
    expect(server.received).toHaveLength(1);
    expect({ ...mail, headers: undefined }).toStrictEqual({
      sender: 'no-reply@mp.net',
      recipients: ['Li.Wei@example.com'],
      encrypted: true,
      headers: undefined,
      text: message.text,
      html: htmlOf(message),
    });
    expect(mail?.headers.get('from')).toStrictEqual(['MPChat <no-reply@mp.net>']);
    expect(mail?.headers.get('to')).toStrictEqual(['Li.Wei@example.com']);
    expect(mail?.headers.get('subject')).toStrictEqual(['Your MPChat verification code']);
    expect(mail?.headers.get('auto-submitted')).toStrictEqual(['auto-generated']);
  });

  it('has the notice’s own id, each time that it is sent; of two codes each has another', async () => {
    const server = await serving();
    const messenger = messengerTo(server.port);
    const notice = rendered(
      mpchat,
      noticeMessage({ kind: 'account-unlocked' }, { id: 'notice.event-7.0.email.now' }),
    );
    for (const message of [notice, notice, toLi(), toLi()]) await messenger.carry(message);
    const [first, second, code, another] = server.received.map(({ headers }) => headers.get('message-id'));
    expect(first).toStrictEqual(['<notice.event-7.0.email.now@mp.net>']);
    expect(second).toStrictEqual(first);
    expect(code).toStrictEqual([expect.stringMatching(/^<[^<>@]+@mp\.net>$/u)]);
    expect(another).not.toStrictEqual(code);
  });

  it('arrives in Chinese as it was written, subject, text and HTML', async () => {
    const server = await serving();
    const message = rendered(
      mpchat,
      noticeMessage({ kind: 'passkey-added', passkeyName: '小明的手机 📱' }, { locale: 'zh' }),
    );
    expect(message.text).toContain('通行密钥“小明的手机 📱”');
    await messengerTo(server.port).carry(message);

    const [mail] = server.received;
    // RFC 2047 §2: an encoded word, in base64.
    const subject = Buffer.from(message.subject).toString('base64');
    expect(mail?.headers.get('subject')).toStrictEqual([`=?UTF-8?B?${subject}?=`]);
    expect(mail?.text).toBe(message.text);
    expect(mail?.html).toBe(htmlOf(message));
    expect(mail?.html).toContain('<html lang="zh-CN">');
  });

  it('has no header, part or markup that a name was meant to bring in', async () => {
    const server = await serving();
    const product = { ...mpchat, name: 'MPChat\r\nBcc: thief@evil.example\r\n' };
    const passkeyName = 'x\r\nBcc: thief@evil.example\r\n\r\n<script>1</script>';
    const message = rendered(product, noticeMessage({ kind: 'passkey-added', passkeyName }));
    await messengerTo(server.port).carry(message);

    const [mail] = server.received;
    expect(mail?.recipients).toStrictEqual(['li@example.com']);
    expect(mail?.headers.has('bcc')).toBe(false);
    expect(mail?.headers.get('subject')).toStrictEqual([
      'MPChat Bcc: thief@evil.example: a passkey was added',
    ]);
    expect(mail?.text).toContain('the passkey "x Bcc: thief@evil.example <script>1</script>" was added');
    expect(mail?.html).not.toContain('<script>');
  });

  it('arrives over implicit TLS with a password', async () => {
    const server = await serving({
      secure: true,
      authOptional: false,
      onAuth({ username, password }, _session, done) {
        done(null, username === 'sender' && password === 'correct' ? { user: 'sender' } : {});
      },
    });
    const security = 'implicit-tls';
    await messengerTo(server.port, {
      security,
      credentials: { username: 'sender', password: 'correct' },
    }).carry(toLi());
    expect(server.received.map(({ encrypted }) => encrypted)).toStrictEqual([true]);

    const wrong = messengerTo(server.port, {
      security,
      credentials: { username: 'sender', password: 'wrong' },
    });
    const failure = await failureOf(wrong.carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-refused', '535']);
  });

  it('reaches an international host in Punycode', async () => {
    const server = await serving();
    await messengerTo(server.port).carry(toLi('li@例え.jp'));
    expect(server.received.map(({ headers }) => headers.get('to'))).toStrictEqual([['li@xn--r8jz45g.jp']]);
  });
});

describe('an attacker', () => {
  it.each([
    'li@example.com, thief@evil.example',
    'li@example.com>\r\nRCPT TO:<thief@evil.example',
    'li@example.com\r\nBcc: thief@evil.example',
    'Thief <thief@evil.example>',
    'li@example.com\u0000@evil.example',
  ])('can’t add a recipient by the destination %j', async (to) => {
    const server = await serving();
    const failure = await failureOf(messengerTo(server.port).carry(toLi(to)));
    expect([failure.reason, failure.retryable]).toStrictEqual(['destination-refused', false]);
    expect(server.received).toStrictEqual([]);
  });

  it('can’t add a header or a recipient by a product’s name or a subject', async () => {
    const server = await serving();
    const hostile = 'MPChat" <ceo@mp.net>\r\nBcc: thief@evil.example\r\n\r\n<h1>hello</h1>';
    await messengerTo(server.port).carry({ ...toLi(), productName: hostile, subject: hostile });

    const [mail] = server.received;
    expect(mail?.recipients).toStrictEqual(['Li.Wei@example.com']);
    expect([...(mail?.headers.keys() ?? [])].sort()).toStrictEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(mail?.headers.get('from')).toStrictEqual([expect.stringMatching(/ <no-reply@mp\.net>$/)]);
    expect(mail?.text).toBe(toLi().text);
    expect(mail?.html).not.toContain('<h1>hello');
  });

  it('can’t take the encryption away', async () => {
    const server = await serving({ disabledCommands: ['STARTTLS'] });
    const failure = await failureOf(messengerTo(server.port).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-refused', '500']);
    expect(server.received).toStrictEqual([]);
  });

  it('can’t stand in for the server with a certificate of his own', async () => {
    const server = await serving(selfSigned());
    const failure = await failureOf(messengerTo(server.port).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-unavailable', 'ESOCKET']);
    expect(server.received).toStrictEqual([]);
  });
});

describe('a mail server that refuses', () => {
  it.each([
    [550, 'destination-refused', false],
    [451, 'gateway-unavailable', true],
  ] as const)(
    'the recipient with %d: %s, worth trying again: %s',
    async (responseCode, reason, retryable) => {
      const server = await serving({
        onRcptTo({ address }, _session, done) {
          done(Object.assign(new Error(`no mailbox ${address}`), { responseCode }));
        },
      });
      const failure = await failureOf(messengerTo(server.port).carry(toLi()));
      expect([failure.channel, failure.reason, failure.gatewayCode, failure.retryable]).toStrictEqual([
        'email',
        reason,
        responseCode.toString(),
        retryable,
      ]);
      expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/Li\.Wei|042517/);
    },
  );

  it('us as sender is no fault of the destination', async () => {
    const server = await serving({
      onMailFrom(_address, _session, done) {
        done(Object.assign(new Error('relaying denied'), { responseCode: 550 }));
      },
    });
    const failure = await failureOf(messengerTo(server.port).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-refused', '550']);
  });

  it('the content for good is no fault of the destination', async () => {
    const server = await serving({
      onData(stream, _session, done) {
        stream.resume();
        stream.on('end', () => done(Object.assign(new Error('spam'), { responseCode: 554 })));
      },
    });
    const failure = await failureOf(messengerTo(server.port).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-refused', '554']);
  });
});

describe('a mail server that is not there', () => {
  it('is unavailable when nothing listens', async () => {
    const server = await mailServer({});
    await server.close();
    const failure = await failureOf(messengerTo(server.port).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-unavailable', 'ESOCKET']);
  });

  it('is unavailable when it never greets', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    closing.push(() => once(silent.close(), 'close'));
    const { port } = silent.address() as AddressInfo;
    const failure = await failureOf(messengerTo(port, { timeout: 100 }).carry(toLi()));
    expect([failure.reason, failure.gatewayCode]).toStrictEqual(['gateway-unavailable', 'ETIMEDOUT']);
  });
});

describe('the settings', () => {
  it('never send a password in the clear', () => {
    const credentials = { username: 'sender', password: 'secret' };
    expect(() => messengerTo(25, { security: 'none', credentials })).toThrow('SMTP credentials need TLS');
  });

  it('name a sender that is an address', () => {
    expect(() => messengerTo(25, { from: 'MPChat <no-reply@mp.net>' })).toThrow(
      'the sender of emails is not an email address',
    );
  });

  it('may do without TLS for a relay that offers none', async () => {
    const server = await serving({ disabledCommands: ['STARTTLS'] });
    await messengerTo(server.port, { security: 'none' }).carry(toLi());
    expect(server.received.map(({ encrypted }) => encrypted)).toStrictEqual([false]);
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
