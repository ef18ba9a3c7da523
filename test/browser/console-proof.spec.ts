import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Route } from 'playwright-core';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { serverStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';
import { eventsOf, history, ledOn, openConsole, textsOf } from '../support/console-journeys.js';
import { Person } from '../support/journeys.js';

/** As browsers were before Ed25519 came to WebCrypto. */
const WITHOUT_ED25519 = `
  const importKey = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
    return algorithm === 'Ed25519'
      ? Promise.reject(new DOMException('no such algorithm', 'NotSupportedError'))
      : importKey.call(this, format, key, algorithm, ...rest);
  };`;

type Answer = Record<string, unknown>;

describe('B3 and B9: the proof check of the console', () => {
  const stories = serverStories();
  let leaf: number;

  beforeAll(async () => {
    await history(stories.service, 'moomoo', 5);
    leaf = (await eventsOf(stories.service, 'moomoo', 'type=PasskeyUsed'))[0]?.leafIndex ?? -1;
  });

  const enter = async (fragment = `#/moomoo/proof?leaf=${leaf}`, locale = 'en-US'): Promise<Visitor> => {
    const visitor = await stories.visitor({ locale });
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'audit'), fragment);
    return visitor;
  };
  const verdict = async (visitor: Visitor, of: 'log' | 'event'): Promise<string | null> => {
    await visitor.see(`${of}-verdict`);
    return visitor.find(`${of}-verdict`).getAttribute('data-verdict');
  };
  const checkAgain = async (visitor: Visitor): Promise<void> => {
    await visitor.page.reload();
    await visitor.see('log-verdict');
  };
  /** Answers what the service answers, altered on the way. */
  const tamper = async (visitor: Visitor, path: string, alter: (answer: Answer) => Answer): Promise<void> => {
    await visitor.page.route(`**/v1/moomoo/audit/${path}*`, async (route: Route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: alter((await response.json()) as Answer) });
    });
  };
  const otherHash = Buffer.alloc(32, 7).toString('base64');

  it('finds the log and an event good, hashed and verified in the browser, once its key is known', async () => {
    const visitor = await enter();
    // The service's word for its own key is none.
    expect(await verdict(visitor, 'log')).toBe('unchecked');
    await visitor.see('log-check', 'Only the service says so.');
    const { body } = await stories.service.call('GET', '/v1/moomoo/audit/key');
    expect(await visitor.read('log-key')).toBe((body as { verifierKey: string }).verifierKey);
    await visitor.click('key-keep');
    await visitor.see('log-check', 'It is the one that this browser keeps.');
    expect(await verdict(visitor, 'log')).toBe('good');
    expect(await verdict(visitor, 'event')).toBe('good');
    await visitor.see('log-check', 'Its Ed25519 signature is good');
    await visitor.see('event-check', 'leads to the signed root');
    await visitor.find('event-check').locator('summary').click();
    await visitor.see('proof-stored', '"type": "PasskeyUsed"');
  });

  it('proves the first and the last event of the log too', async () => {
    const visitor = await enter('#/moomoo/proof?leaf=0');
    expect(await verdict(visitor, 'event')).toBe('good');
    const note = await visitor.find('checkpoint-note').textContent();
    await visitor.fill('proof-leaf', String(Number(note?.split('\n')[1]) - 1));
    await ledOn(visitor, () => visitor.click('proof-check'));
    expect(visitor.page.url()).not.toMatch(/leaf=0$/u);
    expect(await verdict(visitor, 'event')).toBe('good');
  });

  it.each([
    [
      'the stored bytes',
      'events',
      ({ events, ...rest }: Answer) => ({
        ...rest,
        events: (events as Answer[]).map((event) => ({
          ...event,
          stored: Buffer.from(
            Buffer.from(String(event['stored']), 'base64').toString().replace('PasskeyUsed', 'PasskeyUses'),
          ).toString('base64'),
        })),
      }),
      'the stored event was altered',
    ],
    [
      'the bytes and the leaf with them',
      'events',
      ({ events, ...rest }: Answer) => ({
        ...rest,
        events: (events as Answer[]).map((event) => ({
          ...event,
          // SHA-256(0x00): of an event without any bytes.
          stored: '',
          leafHash: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
        })),
      }),
      'does not lead to the signed root',
    ],
    [
      'the path of the proof',
      'proofs/inclusion',
      (answer: Answer) => ({ ...answer, path: [otherHash, ...(answer['path'] as string[]).slice(1)] }),
      'does not lead to the signed root',
    ],
    [
      'a path that is too short',
      'proofs/inclusion',
      (answer: Answer) => ({ ...answer, path: (answer['path'] as string[]).slice(1) }),
      'does not lead to the signed root',
    ],
  ])('finds an event broken where somebody altered %s', async (_what, path, alter, says) => {
    const visitor = await enter('#/moomoo/export');
    await tamper(visitor, path, alter);
    await visitor.page.goto(`/console#/moomoo/proof?leaf=${leaf}`);
    expect(await verdict(visitor, 'log')).toBe('unchecked');
    expect(await verdict(visitor, 'event')).toBe('broken');
    await visitor.see('event-check', says);
  });

  it.each([
    ['its size', (note: string) => note.replace(/\n\d+\n/u, '\n3\n'), 'Its signature is wrong'],
    [
      'its root',
      (note: string) => note.replace(/\n[\w+/]{43}=\n/u, `\n${otherHash}\n`),
      'Its signature is wrong',
    ],
    ['its signer', (note: string) => note.replace('— localhost', '— elsewhere'), 'not signed with the key'],
    ['its form', () => 'nothing', 'It is no signed note'],
  ])('finds the log broken where somebody altered a checkpoint: %s', async (_what, alter, says) => {
    const visitor = await enter('#/moomoo/export');
    await tamper(visitor, 'checkpoint', (answer) => ({
      ...answer,
      checkpoint: alter(String(answer['checkpoint'])),
    }));
    await visitor.page.goto(`/console#/moomoo/proof?leaf=${leaf}`);
    expect(await verdict(visitor, 'log')).toBe('broken');
    await visitor.see('log-check', says);
    // Nothing is proven against what can't be believed.
    expect(await visitor.find('event-verdict').count()).toBe(0);
    expect(await visitor.find('checkpoint-keep').isHidden()).toBe(true);
  });

  it('holds the log to a checkpoint that was kept, as it grows', async () => {
    const visitor = await enter('#/moomoo/proof');
    await visitor.click('checkpoint-keep');
    await visitor.see('kept-checkpoint');
    await visitor.find('checkpoint-keep').waitFor({ state: 'hidden' });
    const { position } = await new Person(stories.service, 'moomoo').enrol();
    await stories.service.call('GET', `/v1/moomoo/audit/checkpoint?after=${position}`);
    await checkAgain(visitor);
    expect(await verdict(visitor, 'log')).toBe('good');
    await visitor.see('log-check', 'begins with the');
    expect(await visitor.find('finding').count()).toBe(3);

    await tamper(visitor, 'proofs/consistency', (answer) => ({
      ...answer,
      path: (answer['path'] as string[]).map(() => otherHash),
    }));
    await checkAgain(visitor);
    expect(await verdict(visitor, 'log')).toBe('broken');
    await visitor.see('log-check', 'it was rewritten');
    // Nobody is led to keep what contradicts what they kept.
    expect(await visitor.find('checkpoint-keep').isHidden()).toBe(true);
  });

  it('takes no other key for the one that was kept', async () => {
    const visitor = await enter('#/moomoo/proof');
    await visitor.click('key-keep');
    await visitor.see('log-check', 'It is the one that this browser keeps.');
    const elsewhere = await stories.service.call('GET', '/v1/mpchat/audit/key');
    await tamper(visitor, 'key', () => elsewhere.body as Answer);
    await checkAgain(visitor);
    expect(await verdict(visitor, 'log')).toBe('broken');
    await visitor.see('log-check', 'another key than the one kept here');
  });

  it('gives what it keeps as text and takes it in elsewhere, checked', async () => {
    const visitor = await enter('#/moomoo/proof');
    await visitor.click('checkpoint-keep');
    await visitor.see('kept-checkpoint');
    const text = (await visitor.find('kept-text').textContent()) ?? '';
    await visitor.click('kept-copy');
    expect((await visitor.page.evaluate<string>('navigator.clipboard.readText()')).trim()).toBe(text.trim());

    const elsewhere = await enter('#/moomoo/proof');
    const takeIn = async (tried: string): Promise<void> => {
      await elsewhere.fill('kept-import', tried);
      await elsewhere.click('kept-import-button');
    };
    await takeIn('nonsense\nof two lines');
    await elsewhere.see('import-notice', 'It is no signed note.');
    await takeIn('');
    await elsewhere.see('import-notice', 'neither a checkpoint nor');
    await takeIn(text.replace(/\n\d+\n/u, '\n1\n'));
    await elsewhere.see('import-notice', 'Its signature is wrong');
    // What is refused leaves nothing behind.
    expect(await elsewhere.page.evaluate('localStorage.length')).toBe(0);
    await takeIn(text);
    await elsewhere.see('kept-checkpoint');
    expect((await elsewhere.find('kept-text').textContent())?.trim()).toBe(text.trim());
    await elsewhere.click('kept-forget');
    await elsewhere.find('kept-checkpoint').waitFor({ state: 'detached' });
  });

  it('says clearly that a signature was not checked, in a browser without Ed25519', async () => {
    const visitor = await stories.visitor();
    await visitor.context.addInitScript(WITHOUT_ED25519);
    await openConsole(
      visitor,
      await stories.service.keyFor('moomoo', 'audit'),
      `#/moomoo/proof?leaf=${leaf}`,
    );
    expect(await verdict(visitor, 'log')).toBe('unchecked');
    await visitor.see('log-check', 'This browser has no Ed25519');
    await visitor.click('key-keep');
    await visitor.see('log-check', 'It is the one that this browser keeps.');
    expect(await verdict(visitor, 'log')).toBe('unchecked');
  });

  it('says so in Chinese', async () => {
    const visitor = await enter(`#/moomoo/proof?leaf=${leaf}`, 'zh-CN');
    await visitor.see('log-verdict', '未能完整检查日志');
    await visitor.click('key-keep');
    await visitor.see('log-verdict', '日志与签名一致');
    await visitor.see('event-verdict', '事件在日志中，与签名一致');
  });

  it('finds what somebody with the event file in hand has altered, and what the service says of it', async () => {
    const visitor = await enter('#/moomoo/proof');
    const events = new DatabaseSync(join(stories.service.dataFolder, FILES.events));
    const stored = events
      .prepare(
        "select position, body from events where type = 'PasskeyUsed' and stream like 'account-moomoo.%'",
      )
      .get() as { position: number; body: Uint8Array };
    const altered = Buffer.from(stored.body).toString().replace('"actor":"client"', '"actor":"system"');
    const update = events.prepare('update events set body = ? where position = ?');
    update.run(Buffer.from(altered), stored.position);
    await visitor.fill('proof-leaf', String(leaf));
    await visitor.click('proof-check');
    expect(await verdict(visitor, 'event')).toBe('broken');
    await visitor.see('event-check', 'the stored event was altered');

    events.prepare('delete from events where position = ?').run(stored.position);
    await visitor.click('proof-check');
    await visitor.see('event-check', 'The store no longer holds what the log has here.');
    await visitor.click('nav-search');
    await visitor.find('event-lost').waitFor();
    expect(await textsOf(visitor, 'event-lost')).toStrictEqual([
      'The store no longer holds what the log has here.',
    ]);
    events.close();
  });
});
