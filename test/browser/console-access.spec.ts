import { describe, expect, it } from '@jest/globals';
import { serverStories } from '../support/browser-stories.js';
import { goTo, NO_SESSION, openConsole, revoke } from '../support/console-journeys.js';

const HOUR = 3_600_000;

describe('B9: the console', () => {
  const stories = serverStories();

  it('opens with a key, which stays nowhere in the browser but in a cookie’s stead', async () => {
    const key = await stories.service.keyFor('moomoo', 'audit', 'compliance');
    const visitor = await stories.visitor();
    const { context, page } = visitor;
    await openConsole(visitor, key);
    await visitor.see('search-empty');
    expect(await page.title()).toBe('Search · moomoo · Console');
    expect(await visitor.find('console-product').count()).toBe(0);

    const cookies = await context.cookies();
    expect(cookies).toMatchObject([
      { name: '__Host-latchkey-console', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
    ]);
    const state = await page.evaluate<string>(
      `JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, history.state, location.href]) +
        document.documentElement.outerHTML`,
    );
    expect(state).not.toContain(key);
    expect(state).not.toContain(cookies[0]?.value ?? '');
    expect(stories.service.log()).not.toContain(key);

    await page.reload();
    await visitor.see('console-who');
  });

  it('refuses a wrong key in words, and empties the field', async () => {
    const visitor = await stories.visitor();
    await visitor.page.goto('/console');
    await visitor.fill('console-key', `lk_${'A'.repeat(43)}`);
    await visitor.click('console-open');
    await visitor.see('console-sign-in-notice', 'This key is not known, or was revoked.');
    expect(await visitor.find('console-key').inputValue()).toBe('');
    expect(await visitor.context.cookies()).toStrictEqual([]);
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION, '401 api-key-invalid']);
  });

  it('says which scope a key lacks, at the door and in each view', async () => {
    const visitor = await stories.visitor();
    await visitor.page.goto('/console');
    await visitor.fill('console-key', await stories.service.keyFor('moomoo', 'accounts', 'admin'));
    await visitor.click('console-open');
    await visitor.see('console-sign-in-notice', 'audit or compliance');
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION, '403 scope-missing']);

    await visitor.fill('console-key', await stories.service.keyFor('moomoo', 'compliance'));
    await visitor.click('console-open');
    for (const view of ['search', 'account', 'proof', 'export']) {
      await visitor.click(`nav-${view}`);
      await visitor.see('missing-scope', 'This takes a key with scope audit.');
      await visitor.see('missing-scope', 'Yours has: compliance.');
    }
    await visitor.click('nav-reports');
    await visitor.see('report-title', 'Passkey adoption');

    const auditor = await stories.visitor();
    await openConsole(auditor, await stories.service.keyFor('moomoo', 'audit'), '#/moomoo/reports');
    await auditor.see('missing-scope', 'This takes a key with scope compliance.');
    await auditor.click('nav-search');
    await auditor.see('search-count');
    // Personal values are not even offered to a key that may not see them.
    expect(await auditor.find('filter-personal').count()).toBe(0);
    await goTo(auditor, '#/moomoo/search?personal=open');
    await auditor.see('search-notice', 'The key lacks the scope that this takes: accounts.');
    expect(await auditor.watch.takeRefusals()).toStrictEqual(['403 scope-missing']);
  });

  it('ends with the next step once its key is revoked, and goes on there with another', async () => {
    const first = await stories.service.keyFor('moomoo', 'audit');
    const second = await stories.service.keyFor('moomoo', 'audit');
    const visitor = await stories.visitor();
    await openConsole(visitor, first);
    await revoke(stories.service, first);
    await visitor.click('nav-proof');
    await visitor.see('console-ended');
    expect(await visitor.find('console-who').count()).toBe(0);
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION]);

    await visitor.fill('console-key', second);
    await visitor.click('console-open');
    await visitor.see('log-verdict');
  });

  it('ends after its hour', async () => {
    const visitor = await stories.visitor();
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'audit'));
    await visitor.see('search-count');
    stories.service.clock.advance(HOUR);
    await visitor.click('filter-search');
    await visitor.see('console-ended');
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION]);
  });

  it('ends when its holder signs out, in every tab and for a cookie that was copied', async () => {
    const visitor = await stories.visitor();
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'audit'));
    const other = await visitor.anotherTab();
    await other.page.goto('/console#/moomoo/export');
    await other.see('export-start');
    const [copied] = await visitor.context.cookies();
    await visitor.click('console-sign-out');
    await visitor.see('console-key');
    expect(await visitor.context.cookies()).toStrictEqual([]);

    await other.click('nav-search');
    await other.see('console-ended');
    const thief = await stories.visitor();
    await thief.context.addCookies([copied].filter((cookie) => cookie !== undefined));
    await thief.page.goto('/console');
    await thief.see('console-key');
    expect(await thief.watch.takeRefusals()).toStrictEqual([NO_SESSION]);
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION]);
  });

  it.each(['/console?key=', '/console?token=', '/console#/moomoo/search?key=', '/console#'])(
    'takes no key from its address: %s',
    async (address) => {
      const key = await stories.service.keyFor('moomoo', 'audit');
      const visitor = await stories.visitor();
      await visitor.page.goto(address + key);
      await visitor.see('console-key-in-address', 'have that key revoked');
      expect(visitor.page.url()).toBe(`${visitor.origin}/console`);
      expect(await visitor.find('console-key').inputValue()).toBe('');
      expect(await visitor.context.cookies()).toStrictEqual([]);
      await visitor.page.goBack();
      expect(visitor.page.url()).not.toContain(key);
    },
  );

  it('follows a link through the door, and none to a product that its key is not for', async () => {
    const visitor = await stories.visitor();
    const key = await stories.service.keyFor('moomoo', 'audit');
    await openConsole(visitor, key, '#/moomoo/search?type=HistoryRead');
    expect(await visitor.find('filter-type').inputValue()).toBe('HistoryRead');
    await goTo(visitor, '#/mpchat/search');
    await visitor.see('other-product', 'mpchat');
  });

  it('shows every product to a key of every product', async () => {
    const visitor = await stories.visitor();
    await openConsole(visitor, stories.service.key);
    await visitor.find('console-product').selectOption('mpchat');
    await visitor.see('search-empty');
    expect(visitor.page.url()).toBe(`${visitor.origin}/console#/mpchat/search`);
    expect(await visitor.page.title()).toBe('Search · MPChat · Console');
  });
});
