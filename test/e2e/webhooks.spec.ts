import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ATTEMPTS, pauseAfter } from '../../src/application/ports/job-pauses.js';
import { DAY, HOUR, SECOND } from '../../src/domain/kernel/time.js';
import { resumeReceiver } from '../../src/cli/receivers.js';
import { answered, otherThan, Person, personWithPasskey } from '../support/journeys.js';
import { life } from '../support/life-of-an-account.js';
import { passedReset, registerAfter, requestReset, stopReset } from '../support/reset-journeys.js';
import { jobsKept, loseJobs } from '../support/kept.js';
import type { RunningServer, ServerUnderTest } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { found } from '../support/spellings.js';
import type { Delivered } from '../support/webhook-receiver.js';
import { isGenuine, policiesWith, status, WebhookReceiver } from '../support/webhook-receiver.js';

const newSecret = (): Buffer => randomBytes(32);
const written = (secret: Uint8Array): string => `whsec_${Buffer.from(secret).toString('base64')}`;

const OWN = newSecret();
const NEXT = newSecret();
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/u);

let backend: WebhookReceiver;
let server: RunningServer;

beforeEach(async () => {
  backend = await WebhookReceiver.start();
});

afterEach(async () => {
  await server.close();
  await backend.close();
});

/** With both products' backends at one receiver. */
async function run(
  more: Readonly<Record<string, unknown>> = {},
  { settings, ...options }: ServerUnderTest = {},
): Promise<void> {
  const webhooks = { url: backend.url, ...more };
  server = await runServer({
    ...options,
    settings: {
      policyFolder: policiesWith({ mpchat: { webhooks }, moomoo: { webhooks } }),
      webhookSecrets: new Map([
        ['mpchat', [OWN]],
        ['moomoo', [OWN, NEXT]],
      ]),
      ...settings,
    },
  });
}

const seconds = (): number => server.clock.now() / SECOND;

/** Runs what is due after a while. */
async function later(milliseconds: number): Promise<void> {
  server.clock.advance(milliseconds);
  await settled(server);
}

describe('a product’s backend', () => {
  it('is told of a passkey’s life by ids, under signatures that it can check', async () => {
    await run();
    const ada = await personWithPasskey(server, 'moomoo');
    const { passkeyId } = ada;
    answered(await ada.call('PATCH', `/passkeys/${passkeyId}`, { body: { name: 'Old phone' } }), 200);
    const { token } = await ada.proofFor('remove-passkey', { passkeyId });
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${passkeyId}`, { headers }), 200);
    await settled(server);

    const about = { relyingParty: 'moomoo', accountId: ada.accountId, position: expect.any(String) };
    const timestamp = server.clock.in(0);
    const told = backend.told.toSorted((one, other) => one.type.localeCompare(other.type));
    expect(told).toStrictEqual([
      {
        type: 'device.trusted',
        version: 1,
        timestamp,
        data: { ...about, deviceId: expect.any(String), reason: 'first-passkey' },
      },
      {
        type: 'passkey.created',
        version: 1,
        timestamp,
        data: { ...about, passkeyId, resetId: null, sensitiveActionsFrom: timestamp },
      },
      {
        type: 'passkey.removed',
        version: 1,
        timestamp,
        data: { ...about, passkeyId, reason: 'user' },
      },
      { type: 'passkey.renamed', version: 1, timestamp, data: { ...about, passkeyId } },
    ]);
    for (const delivered of backend.delivered) {
      expect(delivered.headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-id': UUID,
        'webhook-timestamp': String(seconds()),
        'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/u),
      });
      expect(await isGenuine(delivered, written(OWN), seconds())).toBe(true);
      expect(await isGenuine(delivered, written(NEXT), seconds())).toBe(true);
    }
    expect(new Set(backend.ids).size).toBe(4);
  });

  it('takes no body, id or time for genuine that was altered, is signed by another or comes late', async () => {
    await run();
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    const [genuine] = backend.delivered;
    if (genuine === undefined) throw new Error('nothing was delivered');
    const withHeader = (name: string, value: string): Delivered => ({
      ...genuine,
      headers: { ...genuine.headers, [name]: value },
    });
    const signature = String(genuine.headers['webhook-signature']);
    expect(await isGenuine(genuine, written(OWN), seconds())).toBe(true);
    for (const altered of [
      { ...genuine, body: genuine.body.replace('person-', 'person_') },
      { ...genuine, body: `${genuine.body} ` },
      withHeader('webhook-id', `${String(genuine.headers['webhook-id'])}0`),
      withHeader('webhook-timestamp', String(seconds() + 1)),
      withHeader('webhook-signature', ''),
      withHeader('webhook-signature', signature.replace('v1,', 'v2,')),
      withHeader('webhook-signature', signature.replace('v1,', '')),
    ]) {
      expect(await isGenuine(altered, written(OWN), seconds())).toBe(false);
    }
    expect(await isGenuine(genuine, written(NEXT), seconds())).toBe(false);
    expect(await isGenuine(genuine, written(OWN), seconds() + 301)).toBe(false);
  });

  it('can ask for what it was told of by the position that it was told', async () => {
    await run();
    const ada = await personWithPasskey(server, 'mpchat');
    await settled(server);
    const told = backend.told.find(({ type }) => type === 'passkey.created');
    const after = String(told?.data['position']);
    const list = await ada.call('GET', `/passkeys?after=${after}`);
    expect(answered<{ passkeys: object[] }>(list, 200).passkeys).toMatchObject([
      { passkeyId: ada.passkeyId },
    ]);
    answered(await server.call('GET', `/v1/moomoo/accounts/nobody?after=${after}`), 400);
  });

  it('is told of a reset from its request to its dispute', async () => {
    await run({
      events: ['reset.requested', 'reset.completed', 'reset.disputed', 'reset.cancelled', 'account.unlocked'],
    });
    const ada = await personWithPasskey(server, 'mpchat');
    const stopped = await requestReset(ada);
    answered(await stopReset(ada, stopped, 'cancel'), 200);
    const { passkeyId } = ada;
    const reset = await passedReset(ada);
    const registered = await registerAfter(ada, reset, new SoftwareAuthenticator());
    await settled(server);
    answered(await stopReset(ada, reset, 'dispute'), 200);
    answered(await ada.call('POST', '/unlock', { body: { reason: 'reset-disputed' } }), 200);
    await settled(server);
    expect(Object.fromEntries(backend.told.map(({ data, type }) => [type, data]))).toStrictEqual({
      'reset.requested': expect.objectContaining({ expiresAt: expect.any(String) }),
      'reset.cancelled': expect.objectContaining({ resetId: stopped.resetId, reason: 'old-passkey' }),
      'reset.completed': {
        relyingParty: 'mpchat',
        accountId: ada.accountId,
        position: expect.any(String),
        resetId: reset.resetId,
        removedPasskeyIds: [passkeyId],
        windowUntil: expect.any(String),
        coolingOffUntil: server.clock.in(DAY),
        securityEpoch: expect.any(Number),
      },
      'reset.disputed': expect.objectContaining({
        resetId: reset.resetId,
        removedPasskeyIds: [registered.passkey.passkeyId],
      }),
      'account.unlocked': expect.objectContaining({ reason: 'reset-disputed' }),
    });
  });

  it('is told of a lock, and of nothing that it did not ask for', async () => {
    await run({ events: ['account.locked'] });
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    for (let wrong = 0; wrong < 10; wrong++) {
      const { checkId } = await ada.startCheck('bind-passkey');
      answered(await ada.enter(checkId, otherThan(ada.codeBy('sms'))), 422);
    }
    answered(await ada.call('POST', '/unlock'), 200);
    await settled(server);
    expect(backend.told.map(({ data, type }) => [type, data['until']])).toStrictEqual([
      ['account.locked', server.clock.in(HOUR)],
    ]);
  });

  it('is told nothing where its policy says nothing, and nobody is asked for a secret', async () => {
    server = await runServer();
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(backend.delivered).toStrictEqual([]);
    expect(await server.service.tier.jobs.counts()).toMatchObject({ dead: 0 });
  });

  it('is told nothing personal but its own id of the account, and jobs hold not even that', async () => {
    await run({}, { settings: { logLevel: 'debug' } });
    const { person, personal } = await life(server, 'moomoo', 'lovelace');
    backend.otherwise = status(503);
    const reset = await passedReset(person);
    await registerAfter(person, reset);
    await settled(server);
    const sent = Buffer.from(backend.delivered.map(({ body }) => body).join('\n'));
    expect(backend.types).toContain('factors.changed');
    expect(found(personal, sent)).toStrictEqual(['account id']);
    const kept = await jobsKept(server.dataFolder);
    expect(kept).toContain('webhook-delivery');
    expect(found(personal, Buffer.from(kept))).toStrictEqual([]);
    expect(server.log()).not.toContain(person.accountId);
  });
});

describe('a receiver that fails', () => {
  beforeEach(() => run({ events: ['passkey.created'] }));

  /** After the first delivery of those that are tried again. */
  const pause = (attempt: number): number =>
    pauseAfter({ id: `webhook-delivery.${String(backend.ids[0])}`, attempt }) ?? 0;

  it('is tried again, and sees the same webhook under the same id, signed anew', async () => {
    backend.next.push(status(500), status(404));
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(backend.delivered).toHaveLength(1);
    await later(pause(1));
    await later(pause(2));
    await later(DAY);
    expect(backend.delivered).toHaveLength(3);
    const [first, second, third] = backend.delivered;
    expect(new Set(backend.ids).size).toBe(1);
    expect([second?.body, third?.body]).toStrictEqual([first?.body, first?.body]);
    const times = backend.delivered.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times.map((time) => time - (times[0] ?? 0))).toStrictEqual([
      0,
      Math.floor(pause(1) / SECOND),
      Math.floor((pause(1) + pause(2)) / SECOND),
    ]);
    for (const [index, delivered] of backend.delivered.entries()) {
      expect(await isGenuine(delivered, written(OWN), times[index] ?? 0)).toBe(true);
    }
    expect(await server.service.tier.jobs.counts()).toStrictEqual({
      waiting: 0,
      due: 0,
      running: 0,
      dead: 0,
    });
  });

  it('is left alone for as long as it asks for', async () => {
    backend.next.push(status(429, { 'retry-after': '3600' }));
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    await later(HOUR - 1);
    expect(backend.delivered).toHaveLength(1);
    await later(HOUR / 4);
    expect(backend.delivered).toHaveLength(2);
    expect(new Set(backend.ids).size).toBe(1);
  });

  it('is given up in the end, and sent it when an operator says so, however long that takes', async () => {
    backend.otherwise = status(503);
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) await later(pause(attempt));
    const { jobs } = server.service.tier;
    const [dead] = await jobs.dead(10);
    expect(dead).toMatchObject({
      kind: 'webhook-delivery',
      attempts: ATTEMPTS,
      failure: { name: 'WebhookNotDelivered', message: 'http-503' },
    });
    expect(backend.delivered).toHaveLength(ATTEMPTS);
    await later(30 * DAY);
    backend.otherwise = status(200);
    expect(await jobs.retry(dead?.id ?? '')).toBe(true);
    await settled(server);
    expect(backend.delivered).toHaveLength(ATTEMPTS + 1);
    expect(new Set(backend.ids).size).toBe(1);
    expect((await jobs.counts()).dead).toBe(0);
  });

  const gone = async (): Promise<readonly string[]> => {
    const { text } = await server.call('GET', '/metrics', { key: null });
    return text.split('\n').filter((line) => line.startsWith('latchkey_receivers_gone'));
  };

  it('that is gone is sent nothing more, also after a restart, until it is resumed: then all of it', async () => {
    backend.otherwise = status(410);
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    await later(DAY);
    expect(backend.delivered).toHaveLength(1);
    expect(server.log().split('a receiver is gone: it is sent nothing until it is resumed')).toHaveLength(2);
    expect(await gone()).toStrictEqual([
      'latchkey_receivers_gone{rp="moomoo",receiver="webhooks"} 0',
      'latchkey_receivers_gone{rp="mpchat",receiver="webhooks"} 1',
    ]);

    const { clock, dataFolder } = server;
    await server.close();
    await run({ events: ['passkey.created'] }, { clock, settings: { dataFolder } });
    backend.otherwise = status(204);
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(backend.delivered).toHaveLength(1);
    const failure = { name: 'WebhookNotDelivered', message: 'gone' };
    const { goneReceivers, jobs } = server.service.tier;
    expect(await jobs.dead(10)).toMatchObject([
      { attempts: 1, failure },
      { attempts: 1, failure },
      { attempts: 1, failure },
    ]);

    expect(await resumeReceiver(goneReceivers, jobs, 'mpchat', 'webhooks')).toBe(3);
    await settled(server);
    expect(backend.delivered).toHaveLength(4);
    expect(new Set(backend.ids).size).toBe(3);
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(backend.delivered).toHaveLength(5);
    expect((await jobs.counts()).dead).toBe(0);
    expect((await gone()).join()).not.toContain('} 1');
  });

  it('that is gone keeps nothing from another product’s, nor from the one that replaces it', async () => {
    backend.next.push(status(410));
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    await personWithPasskey(server, 'moomoo');
    await settled(server);
    expect(backend.delivered).toHaveLength(2);
    const { clock, dataFolder } = server;
    await server.close();
    const next = await WebhookReceiver.start();
    await run({ url: next.url, events: ['passkey.created'] }, { clock, settings: { dataFolder } });
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(next.delivered).toHaveLength(1);
    expect(backend.delivered).toHaveLength(2);
    expect(await server.service.tier.jobs.counts()).toMatchObject({ dead: 1 });
    await next.close();
  });

  it('can’t lead a webhook elsewhere', async () => {
    const elsewhere = await WebhookReceiver.start();
    for (const code of [301, 302, 303, 307, 308]) {
      backend.next.push(status(code, { location: elsewhere.url }));
    }
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    for (let attempt = 1; attempt <= 5; attempt++) await later(pause(attempt));
    expect(elsewhere.delivered).toStrictEqual([]);
    expect(backend.delivered).toHaveLength(6);
    await elsewhere.close();
  });

  it('keeps the account holder from no message', async () => {
    backend.otherwise = (response) => response.destroy();
    const ada = await personWithPasskey(server, 'mpchat');
    await settled(server);
    expect(server.messagesTo(ada.phone).filter(({ purpose }) => purpose === 'notice')).toHaveLength(1);
    expect(await server.service.tier.jobs.counts()).toStrictEqual({
      waiting: 1,
      due: 0,
      running: 0,
      dead: 0,
    });
  });
});

describe('an account that is erased', () => {
  it('is told of by ids alone, once that is done, and nothing else of it is told after', async () => {
    await run();
    const ada = new Person(server, 'mpchat');
    const { userHandle } = await ada.enrol();
    backend.otherwise = status(503);
    await ada.addPasskey();
    await settled(server);
    const failed = backend.delivered.length;
    expect(failed).toBeGreaterThan(0);
    const erased = answered<{ receiptId: string; completedAt: string }>(await ada.call('DELETE', ''), 200);
    await settled(server);
    await later(5 * SECOND);
    backend.otherwise = status(204);
    await later(DAY);
    const since = backend.told.slice(failed);
    expect(new Set(since.map(({ type }) => type))).toStrictEqual(new Set(['account.erased']));
    expect(since.at(-1)).toStrictEqual({
      type: 'account.erased',
      version: 1,
      timestamp: erased.completedAt,
      data: {
        relyingParty: 'mpchat',
        receiptId: erased.receiptId,
        userHandle,
        position: expect.any(String),
      },
    });
    expect((await server.service.tier.jobs.counts()).dead).toBe(0);
  });
});

describe('jobs that were lost', () => {
  const again = async (): Promise<void> => {
    const { clock, dataFolder } = server;
    await server.close();
    await loseJobs(dataFolder);
    await run({ events: ['passkey.created'] }, { clock, settings: { dataFolder } });
    await settled(server);
  };

  it('are made again from the events, with the ids that the backend knows', async () => {
    await run({ events: ['passkey.created'] });
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    await again();
    expect(backend.delivered).toHaveLength(2);
    expect(new Set(backend.ids).size).toBe(1);
  });

  it('are not made again of what is no news', async () => {
    await run({ events: ['passkey.created'] });
    await personWithPasskey(server, 'mpchat');
    await settled(server);
    server.clock.advance(3 * DAY + SECOND);
    await again();
    expect(backend.delivered).toHaveLength(1);
  });
});
