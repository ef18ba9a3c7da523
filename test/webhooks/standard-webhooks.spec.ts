import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { as } from '../../src/domain/kernel/ids.js';
import { webhookSettings } from '../../src/infrastructure/config/webhook-settings.js';
import { PositionTokens } from '../../src/infrastructure/tokens/position-tokens.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteGoneReceiverStore } from '../../src/infrastructure/service/sqlite/sqlite-gone-receiver-store.js';
import { Receivers } from '../../src/infrastructure/webhooks/receivers.js';
import { signedHeaders, StandardWebhooks } from '../../src/infrastructure/webhooks/standard-webhooks.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import { SILENT } from '../support/redis-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { mpchat } from '../support/shipped-policies.js';
import { isGenuine } from '../support/webhook-receiver.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const own = (...secrets: readonly string[]) =>
  webhookSettings({ LATCHKEY_WEBHOOK_MPCHAT_SECRET: secrets.join(' ') }).products.get('mpchat') ?? [];

describe('signatures', () => {
  it('are those of the vector that the libraries of Standard Webhooks are tested by', () => {
    const headers = signedHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_999,
      '{"test": 2432232314}',
      own(SECRET),
    );
    expect(headers).toStrictEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are found genuine by a check of another hand, each by its own secret, and only so', async () => {
    const secret = fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.uuid(),
        secret,
        secret,
        secret,
        fc.string({ unit: 'grapheme' }),
        async (id, one, two, other, body) => {
          fc.pre(other !== one && other !== two);
          const delivered = { headers: signedHeaders(id, 5_000, body, own(one, two)), body };
          expect(await isGenuine(delivered, one, 5)).toBe(true);
          expect(await isGenuine(delivered, two, 5)).toBe(true);
          expect(await isGenuine(delivered, other, 5)).toBe(false);
        },
      ),
    );
  });
});

describe('the check that the documentation shows', () => {
  const shown = /```js\n(?<code>.*?)```/su.exec(readFileSync('docs/webhooks.md', 'utf8'))?.groups?.['code'];
  const verdict = (headers: object, body: string, secret: string): string => {
    const asked = [headers, body, secret].map((value) => JSON.stringify(value)).join(', ');
    const script = `${shown ?? ''}; process.stdout.write(String(isGenuine(${asked})));`;
    return execFileSync(process.execPath, ['--input-type=module', '--eval', script]).toString();
  };

  it('finds genuine what is, and nothing else', () => {
    const now = Date.now();
    const body = '{"type":"passkey.created"}';
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const headers = signedHeaders('event-1', now, body, own(other, SECRET));
    expect(verdict(headers, body, SECRET)).toBe('true');
    expect(verdict(headers, body, other)).toBe('true');
    expect(verdict(headers, body, `whsec_${Buffer.alloc(32, 1).toString('base64')}`)).toBe('false');
    expect(verdict(headers, body.replace('created', 'removed'), SECRET)).toBe('false');
    expect(verdict({ ...headers, 'webhook-id': 'event-2' }, body, SECRET)).toBe('false');
    expect(verdict({ ...headers, 'webhook-timestamp': 'now' }, body, SECRET)).toBe('false');
    expect(verdict({ ...headers, 'webhook-signature': 'v1,' }, body, SECRET)).toBe('false');
    expect(verdict(signedHeaders('event-1', now - 301_000, body, own(SECRET)), body, SECRET)).toBe('false');
  });
});

describe('secrets', () => {
  it('belong to the product whose slug is in the name', () => {
    const { problems, products } = webhookSettings({
      LATCHKEY_WEBHOOK_MY_WALLET_SECRET: SECRET,
      LATCHKEY_WEBHOOK_SECRET: 'of nobody',
      LATCHKEY_WEBHOOKS_MPCHAT_SECRET: 'of nobody',
    });
    expect(problems).toStrictEqual([]);
    expect([...products.keys()]).toStrictEqual(['my-wallet']);
    expect(Buffer.from(products.get('my-wallet')?.[0] ?? []).toString('base64')).toBe(SECRET.slice(6));
  });

  it.each([
    ['', 'nothing'],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'no prefix'],
    ['whsec_', 'no bytes'],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, 'too few bytes'],
    [`whsec_${Buffer.alloc(65).toString('base64')}`, 'too many bytes'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_', 'base64url'],
    [`${SECRET}  ${SECRET}`, 'two spaces'],
    [`${SECRET} ${SECRET} ${SECRET}`, 'three'],
    [`${SECRET} whsec_short`, 'one of two'],
  ])('are refused: %#. %s (%s)', (value) => {
    const { problems } = webhookSettings({ LATCHKEY_WEBHOOK_MPCHAT_SECRET: value });
    expect(problems).toStrictEqual([
      'LATCHKEY_WEBHOOK_MPCHAT_SECRET: must be whsec_ and base64 of 24 to 64 bytes, or two such with a space between',
    ]);
  });

  it('have to be there for a product whose policy has webhooks', () => {
    const clock = new AdvancingClock();
    const service = openServiceDatabase(join(temporaryFolder(), 'service.sqlite'));
    const positions = new PositionTokens(new Uint8Array(32));
    const receivers = new Receivers(new SqliteGoneReceiverStore(service), clock, SILENT);
    const policy = {
      ...mpchat,
      slug: as<typeof mpchat.slug>('my-wallet'),
      webhooks: { url: 'https://mp.net/hooks' },
    };
    for (const secrets of [new Map(), new Map([['mpchat', own(SECRET)]]), new Map([['my-wallet', []]])]) {
      expect(() => new StandardWebhooks([policy], secrets, positions, clock, receivers)).toThrow(
        'LATCHKEY_WEBHOOK_MY_WALLET_SECRET: the policy of my-wallet has webhooks, and nothing signs them',
      );
    }
    expect(() => new StandardWebhooks([mpchat], new Map(), positions, clock, receivers)).not.toThrow();
    service.close();
  });
});
