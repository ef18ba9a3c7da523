import { beforeAll, describe, expect, it } from '@jest/globals';
import { REPORT_NAMES } from '../../src/application/reports/report.js';
import { axeFindings, focused, overflow } from '../support/browser-accessibility.js';
import { pressAt, tabTo, typeAt } from '../support/browser-keyboard.js';
import { serverStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';
import { goTo, history, ledOn, NO_SESSION, openConsole } from '../support/console-journeys.js';
import type { Person } from '../support/journeys.js';

const NARROW = { width: 360, height: 740 };

describe('B9: the console for everybody', () => {
  const stories = serverStories();
  let ada: Person;

  beforeAll(async () => {
    ({ ada } = await history(stories.service, 'moomoo', 60));
  });

  /** What axe-core has against the page in light and dark, and by how much it is too wide for a small phone. */
  const faultsOf = async ({ page }: Visitor, what: string): Promise<readonly string[]> => {
    const findings = await axeFindings(page);
    const wide = page.viewportSize();
    await page.setViewportSize(NARROW);
    const pixels = await overflow(page);
    if (wide !== null) await page.setViewportSize(wide);
    return [...findings, ...(pixels > 0 ? [`${pixels} pixels too wide`] : [])].map(
      (fault) => `${what}, ${fault}`,
    );
  };

  it.each(['en-US', 'zh-CN'])(
    'gives axe-core nothing to find, light or dark, and fits a window of 360 pixels, in %s',
    async (locale) => {
      const visitor = await stories.visitor({ locale });
      const found: string[] = [];
      const look = async (what: string): Promise<void> => void found.push(...(await faultsOf(visitor, what)));
      await visitor.page.goto('/console');
      await visitor.see('console-key');
      await look('the door');
      await visitor.fill('console-key', 'wrong');
      await visitor.click('console-open');
      await visitor.see('console-sign-in-notice', 'api-key-invalid');
      await look('a wrong key');
      await visitor.fill('console-key', stories.service.key);
      await visitor.click('console-open');

      await goTo(visitor, '#/moomoo/search?personal=open&type=AccountEnrolled');
      await visitor.find('event').nth(1).waitFor();
      await visitor.find('event-details').first().locator('summary').click();
      await look('a search');
      await goTo(visitor, '#/moomoo/search?type=StepUpConsumed');
      await visitor.see('search-empty');
      await look('a search that found nothing');
      await goTo(visitor, `#/moomoo/account?account=${ada.accountId}&personal=open`);
      await visitor.find('timeline-entry').nth(2).waitFor();
      await look('a timeline');
      await goTo(visitor, '#/moomoo/proof?leaf=3');
      await visitor.see('event-verdict');
      await visitor.click('checkpoint-keep');
      await visitor.see('kept-checkpoint');
      await visitor.see('event-verdict');
      for (const summary of await visitor.page.locator('summary').all()) await summary.click();
      await look('a proof');
      await visitor.fill('kept-import', 'x\ny');
      await visitor.click('kept-import-button');
      await visitor.find('import-notice').locator('p').first().waitFor();
      await look('a checkpoint that is none');
      for (const name of REPORT_NAMES) {
        await goTo(visitor, `#/moomoo/reports?name=${name}`);
        await visitor.page.locator('[data-testid=report][aria-busy=false]').waitFor();
        await visitor.page
          .locator(`[data-testid=report-name] >> css=option:checked[value="${name}"]`)
          .waitFor({ state: 'attached' });
        await look(name);
      }
      await goTo(visitor, '#/moomoo/export');
      await visitor.click('export-start');
      await visitor.page.locator('[data-testid=export-save]:visible').waitFor();
      await look('an export');
      await goTo(visitor, '#/nowhere/search');
      await visitor.see('other-product');
      await look('another product');
      expect(found).toStrictEqual([]);
      expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION, '401 api-key-invalid']);
    },
  );

  it('goes by the keyboard alone: from the door over a search, a proof and a report to an export', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    await page.goto('/console');
    await visitor.see('console-key');
    expect(await focused(page)).toBe('console-key');
    await page.keyboard.type(await stories.service.keyFor('moomoo', 'audit', 'compliance'));
    await page.keyboard.press('Enter');
    await visitor.see('console-who');

    await typeAt(visitor, 'filter-account', ada.accountId);
    await visitor.see('search-count', 'events');
    await ledOn(visitor, () => page.keyboard.press('Enter'));
    expect(page.url()).toContain('accountId=');
    await page.locator('[data-testid=search-results][aria-busy=false]').waitFor();
    await page.evaluate(
      `document.querySelector('[data-testid=event-details] summary').dataset.testid = 'more'`,
    );
    await pressAt(visitor, 'more');
    await pressAt(visitor, 'event-proof');
    await visitor.see('event-verdict');
    // Who comes to another view is told so: its heading has the keyboard.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await pressAt(visitor, 'checkpoint-keep');
    await visitor.see('kept-checkpoint');

    await page.evaluate('scrollTo(0, 0); document.activeElement.blur()');
    await pressAt(visitor, 'nav-reports');
    await visitor.see('report-title', 'Passkey adoption');
    await tabTo(page, 'report-name');
    await page.keyboard.type('Factors');
    await visitor.see('report-title', 'Factors');
    await pressAt(visitor, 'nav-export');
    await pressAt(visitor, 'export-start');
    await visitor.see('export-state', 'The export is complete.');
    const [download] = await Promise.all([page.waitForEvent('download'), pressAt(visitor, 'export-save')]);
    expect(download.suggestedFilename()).toBe('moomoo-history.ndjson');
    await pressAt(visitor, 'console-sign-out');
    await visitor.see('console-key');
    expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION]);
  });

  it('stays quick where a page shows as many events as it can, of a log of any length', async () => {
    const visitor = await stories.visitor();
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'audit'), '#/moomoo/search');
    await visitor.see('search-count', '50 events');
    // What an event holds is put into the page when it is opened, and not before.
    expect(await visitor.find('event').count()).toBe(50);
    expect(await visitor.page.locator('[data-testid=event] pre').count()).toBe(0);
  });
});
