import { describe, expect, it } from '@jest/globals';
import { axeFindings, focused, overflow } from '../support/browser-accessibility.js';
import { codeSentTo } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import { tour } from '../support/browser-tour.js';
import type { Visitor } from '../support/browser-visitor.js';

/** More stops than any of the pages has. */
const MANY = 60;

const TOUR_REFUSALS = ['422 wrong-code', '410 link-used'];

async function tabTo(visitor: Visitor, testId: string): Promise<void> {
  for (let stops = 0; stops < MANY; stops += 1) {
    if ((await focused(visitor.page)) === testId) return;
    await visitor.page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach ${testId}`);
}

async function pressAt(visitor: Visitor, testId: string): Promise<void> {
  await visitor.see(testId);
  await tabTo(visitor, testId);
  await visitor.page.keyboard.press('Enter');
}

describe('the pages', () => {
  const stories = browserStories();

  it.each(['mpchat', 'moomoo'] as const)('of %s give axe-core nothing to find, light or dark', async (rp) => {
    const visitor = await stories.visitor();
    const found: string[] = [];
    await tour(visitor, rp, async (what) => {
      found.push(...(await axeFindings(visitor.page)).map((finding) => `${what}, ${finding}`));
    });
    expect(found).toStrictEqual([]);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(TOUR_REFUSALS);
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

  it.each(['mpchat', 'moomoo'] as const)('of %s fit a window of 360 pixels', async (rp) => {
    const visitor = await stories.visitor({ viewport: { width: 360, height: 740 } });
    const wider: Record<string, number> = {};
    await tour(visitor, rp, async (what) => {
      const pixels = await overflow(visitor.page);
      if (pixels > 0) wider[what] = pixels;
    });
    expect(wider).toStrictEqual({});
    expect(await visitor.watch.takeRefusals()).toStrictEqual(TOUR_REFUSALS);
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
