import { beforeAll, describe, expect, it } from '@jest/globals';
import { serverStories } from '../support/browser-stories.js';
import { eventsOf, goTo, history, ledOn, openConsole, textsOf } from '../support/console-journeys.js';
import type { Visitor } from '../support/browser-visitor.js';
import type { Person } from '../support/journeys.js';

describe('B9: the history in the console', () => {
  const stories = serverStories();
  let ada: Person;

  beforeAll(async () => {
    ({ ada } = await history(stories.service, 'moomoo', 50));
  });

  const enter = async (fragment: string, locale = 'en-US'): Promise<Visitor> => {
    const visitor = await stories.visitor({ locale });
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'audit', 'accounts'), fragment);
    return visitor;
  };
  const answered = (visitor: Visitor) =>
    visitor.page.locator('[data-testid=search-results][aria-busy=false]').waitFor();
  const leaves = (visitor: Visitor): Promise<readonly number[]> =>
    visitor.page.evaluate(
      `[...document.querySelectorAll('[data-leaf]')].map((item) => Number(item.dataset.leaf))`,
    );

  it('is paged through without a gap or a repeat, and each page has an address', async () => {
    const visitor = await enter('#/moomoo/search');
    await answered(visitor);
    const seen = [...(await leaves(visitor))];
    expect(seen).toHaveLength(50);
    const addresses = [visitor.page.url()];
    while ((await visitor.find('page-next').count()) > 0) {
      await ledOn(visitor, () => visitor.click('page-next'));
      await visitor.page.locator(`[data-leaf="${seen.length}"]`).waitFor();
      seen.push(...(await leaves(visitor)));
      addresses.push(visitor.page.url());
    }
    expect(seen).toStrictEqual([...seen.keys()]);
    expect(seen.length).toBeGreaterThan(100);

    // The second page, as a link that somebody kept, is what it was.
    const again = await enter(new URL(addresses[1] ?? '').hash);
    await answered(again);
    expect(await leaves(again)).toStrictEqual(seen.slice(50, 100));
    await again.click('page-first');
    await again.page.locator('[data-leaf="0"]').waitFor();
    await again.page.goBack();
    await again.page.locator('[data-leaf="50"]').waitFor();
  });

  it('is searched by account, type, actor, time, credential and request, each in the address', async () => {
    const { service } = stories;
    const [registered] = await eventsOf(service, 'moomoo', 'type=PasskeyRegistered');
    const { credentialId, passkeyId } = registered?.data ?? {};
    const visitor = await enter('#/moomoo/account');
    const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
      ['accountId', () => visitor.fill('filter-account', ada.accountId), ada.accountId],
      ['type', () => visitor.find('filter-type').selectOption('PasskeyUsed'), 'PasskeyUsed'],
      ['actor', () => visitor.find('filter-actor').selectOption('client'), 'client'],
      ['credential', () => visitor.fill('filter-credential', String(passkeyId)), String(passkeyId)],
      ['credential', () => visitor.fill('filter-credential', String(credentialId)), String(credentialId)],
      [
        'correlationId',
        () => visitor.fill('filter-correlation', registered?.correlationId ?? ''),
        registered?.correlationId ?? '',
      ],
    ];
    for (const [name, choose, value] of cases) {
      const query = new URLSearchParams({ [name]: value }).toString();
      const expected = (await eventsOf(service, 'moomoo', query)).slice(0, 50);
      await goTo(visitor, '#/moomoo/search');
      await answered(visitor);
      await choose();
      await ledOn(visitor, () => visitor.click('filter-search'));
      await answered(visitor);
      expect(new URL(visitor.page.url()).hash).toBe(`#/moomoo/search?${query}`);
      // What came since, the reading itself, stands behind it.
      const found = (await leaves(visitor)).slice(0, expected.length);
      expect([name, found]).toStrictEqual([name, expected.map(({ leafIndex }) => leafIndex)]);
      expect(found.length).toBeGreaterThan(0);
    }
  });

  it('is limited to a time, which its address has in UTC', async () => {
    const visitor = await enter('#/moomoo/search?to=2000-01-01T00%3A00%3A00.000Z');
    await visitor.see('search-empty', 'No event matches.');
    expect(await visitor.find('filter-to').inputValue()).toBe('2000-01-01T00:00');
    await visitor.fill('filter-from', '1999-06-30T12:00:01');
    await visitor.fill('filter-to', '');
    await ledOn(visitor, () => visitor.click('filter-search'));
    await visitor.find('event').first().waitFor();
    expect(new URL(visitor.page.url()).hash).toBe('#/moomoo/search?from=1999-06-30T12%3A00%3A01.000Z');
  });

  it('shows an event in words and in full, and leads on to its request and its proof', async () => {
    const visitor = await enter('#/moomoo/search?type=PasskeyRegistered');
    const [registered] = await eventsOf(stories.service, 'moomoo', 'type=PasskeyRegistered');
    expect(await visitor.read('event-text')).toBe(registered?.text);
    expect(await visitor.read('event-type')).toBe('PasskeyRegistered');
    await visitor.find('event-details').locator('summary').click();
    await visitor.see('event-details', String(registered?.data['passkeyId']));
    await ledOn(visitor, () => visitor.click('event-correlation'));
    expect(visitor.page.url()).toContain('correlationId=');
    await answered(visitor);
    expect(await textsOf(visitor, 'event-type')).toContain('PasskeyRegistered');
    await visitor.find('event-details').first().locator('summary').click();
    await visitor.find('event-proof').first().click();
    await visitor.see('event-verdict');
    expect(await visitor.find('event-verdict').getAttribute('data-verdict')).toBe('good');
  });

  it('opens personal values where they are asked for, and says of an unknown account that there is none', async () => {
    const visitor = await enter(`#/moomoo/search?type=AccountEnrolled&accountId=${ada.accountId}`);
    await visitor.find('event').waitFor();
    await visitor.find('event-details').locator('summary').click();
    expect(await visitor.find('event').innerText()).not.toContain(ada.email);
    await visitor.find('filter-personal').check();
    await ledOn(visitor, () => visitor.click('filter-search'));
    expect(visitor.page.url()).toContain('personal=open');
    await answered(visitor);
    await visitor.find('event-details').locator('summary').click();
    await visitor.see('event-details', ada.email);

    await visitor.fill('filter-account', 'nobody');
    await visitor.click('filter-search');
    await visitor.see('search-notice', 'There is no account with this id, or it was erased.');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['404 account-not-found']);
  });

  it('is told for one account from its first event, with who read it', async () => {
    const visitor = await enter(`#/moomoo/account?account=${ada.accountId}`);
    await visitor.see('timeline-count', 'events');
    const expected = await eventsOf(stories.service, 'moomoo', `accountId=${ada.accountId}`);
    const told = (await visitor.find('timeline-entry').locator('p:first-child').allInnerTexts()).slice(
      0,
      expected.length,
    );
    expect(told).toStrictEqual(expected.slice(0, told.length).map(({ text }) => text));
    expect(told).toContain('A passkey was used to sign in.');
    await visitor.fill('account-id', 'nobody');
    await visitor.click('account-show');
    await visitor.see('account-notice', 'There is no account with this id');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['404 account-not-found']);
  });

  it('is told in Chinese to who reads Chinese', async () => {
    const visitor = await enter(`#/moomoo/account?account=${ada.accountId}`, 'zh-CN');
    await visitor.see('timeline-entry', '使用了通行密钥（登录）。');
    expect(await visitor.page.title()).toBe('账户 · moomoo · 控制台');
    await visitor.click('nav-search');
    await visitor.see('search-count', '个事件');
    expect(await textsOf(visitor, 'event-text')).toContain('使用了通行密钥（登录）。');
    await visitor.click('language-en');
    await visitor.see('nav-search', 'Search');
  });
});
