import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { axeFindings, focused, overflow } from '../support/browser-accessibility.js';
import { codeSentTo } from '../support/browser-flows.js';
import { pressAt } from '../support/browser-keyboard.js';
import { browserStories } from '../support/browser-stories.js';
import { tour } from '../support/browser-tour.js';
import { tourOfTroubles } from '../support/browser-tour-of-troubles.js';

const TOUR_REFUSALS = ['422 wrong-code', '410 link-used'];
const TROUBLES = {
  mpchat: ['403 step-up-denied', '422 wrong-code'],
  moomoo: ['403 step-up-denied', '422 wrong-code', '403 step-up-required'],
} as const;

const NARROW = { width: 360, height: 740 };

/** What is wrong with the page as it stands, in both schemes, and how far it is too wide for a small phone. */
async function faultsOf(page: Page, what: string): Promise<readonly string[]> {
  const findings = await axeFindings(page);
  const wide = page.viewportSize();
  await page.setViewportSize(NARROW);
  const pixels = await overflow(page);
  if (wide !== null) await page.setViewportSize(wide);
  return [...findings, ...(pixels > 0 ? [`${pixels} pixels too wide`] : [])].map(
    (fault) => `${what}, ${fault}`,
  );
}

describe('the pages', () => {
  const stories = browserStories();

  describe.each([
    ['mpchat', 'en-US'],
    ['mpchat', 'zh-CN'],
    ['moomoo', 'en-US'],
    ['moomoo', 'zh-CN'],
  ] as const)('of %s in %s', (rp, locale) => {
    it('give axe-core nothing to find, light or dark, and fit a window of 360 pixels', async () => {
      const visitor = await stories.visitor({ locale });
      const found: string[] = [];
      await tour(visitor, rp, async (what) => {
        found.push(...(await faultsOf(visitor.page, what)));
      });
      expect(found).toStrictEqual([]);
      expect(await visitor.watch.takeRefusals()).toStrictEqual(TOUR_REFUSALS);
    });

    it('do so where something went wrong as well', async () => {
      const visitor = await stories.visitor({ locale, autofill: false });
      const elsewhere = await stories.visitor({ locale, autofill: false });
      const found: string[] = [];
      await tourOfTroubles({ visitor, elsewhere, service: stories.service, rp }, async (what, page) => {
        found.push(...(await faultsOf(page, what)));
      });
      expect(found).toStrictEqual([]);
      expect(await visitor.watch.takeRefusals()).toStrictEqual(TROUBLES[rp]);
    });
  });

  it('are looked at in both schemes: what is planted is found in each', async () => {
    const { page } = await stories.visitor();
    await page.goto('/outbox');
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '<p><input /></p>')`);
    expect(await axeFindings(page)).toStrictEqual([
      'light: label (critical) p:nth-child(5) > input',
      'dark: label (critical) p:nth-child(5) > input',
    ]);
  });

  it('take a first passkey from the start page to a new name by the keyboard alone', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    await page.goto('/#mpchat');
    await visitor.see('demo-create');
    const email = await visitor.find('demo-email').inputValue();
    await pressAt(visitor, 'demo-create');
    await pressAt(visitor, 'open-security-center');
    await pressAt(visitor, 'add-passkey');
    await pressAt(visitor, 'factor-email');
    await visitor.see('code-sent');
    expect(await focused(page)).toBe('code-input');
    await page.keyboard.type(await codeSentTo(visitor, email));
    await page.keyboard.press('Enter');
    await visitor.see('create-passkey');
    expect(await focused(page)).toBe('create-passkey');
    await page.keyboard.press('Enter');

    await visitor.see('toast', 'Added successfully');
    expect(await focused(page)).toBe('passkey-name');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('passkey-rename');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Work phone');
    await page.keyboard.press('Enter');
    await visitor.see('passkey-name', 'Work phone');
    await visitor.see('activity-entry', 'A passkey was renamed');
    expect(await focused(page)).toBe('passkey-rename');

    await page.reload();
    await visitor.see('passkey-name', 'Work phone');
    await visitor.authenticator.answersPrompts(false);
    await pressAt(visitor, 'sign-out');
    await page.waitForURL('/#mpchat');
  });

  it('keep the keyboard in a dialog, and give it back when Escape closes it', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    await page.goto('/#moomoo');
    await visitor.see('demo-create');
    await pressAt(visitor, 'demo-create');
    await pressAt(visitor, 'open-security-center');
    await pressAt(visitor, 'add-passkey');
    await visitor.see('factor-sms');
    const stops = new Set<string>();
    for (let pressed = 0; pressed < 8; pressed += 1) {
      await page.keyboard.press('Tab');
      stops.add(await focused(page));
    }
    stops.delete('');
    expect(stops).toStrictEqual(new Set(['factor-sms', 'dialog-close']));
    await page.keyboard.press('Escape');
    await visitor.find('add-dialog').waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('add-passkey');
  });
});
