import { describe, expect, it } from '@jest/globals';
import { focused } from '../support/browser-accessibility.js';
import { codeComingOf, codeSentTo, enterWithPasskey, portalLink } from '../support/browser-flows.js';
import { pressAt, tabTo, typeAt } from '../support/browser-keyboard.js';
import { browserStories } from '../support/browser-stories.js';

describe('B9: by the keyboard alone', () => {
  const stories = browserStories();

  it('a passkey is reset, from the help to the new one', async () => {
    const visitor = await stories.visitor();
    const { context, page } = visitor;
    await enterWithPasskey(visitor, 'mpchat');
    await pressAt(visitor, 'help-toggle');
    await pressAt(visitor, 'help-lost-device');
    await pressAt(visitor, 'way-reset');
    await visitor.see('reset-begin');
    expect(await focused(page)).toBe('reset-begin');
    await page.keyboard.press('Enter');
    await visitor.see('face-open');
    expect(await focused(page)).toBe('face-open');
    const [check] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
    await check.getByTestId('simulator-passed').waitFor();
    await tabTo(check, 'simulator-passed');
    await check.keyboard.press('Enter');
    await check.getByTestId('simulator-sent').filter({ hasText: 'The verdict was given' }).waitFor();
    await check.close();
    await visitor.see('create-passkey');
    expect(await focused(page)).toBe('create-passkey');
    await page.keyboard.press('Enter');

    await visitor.see('toast', 'Your new passkey is ready');
    expect(await focused(page)).toBe('passkey-name');
  });

  it('a sign-in falls back on a code, and a new device is approved, and removed again', async () => {
    const trusted = await stories.visitor({ autofill: false });
    const user = await enterWithPasskey(trusted, 'moomoo');
    const fresh = await stories.visitor({ autofill: false });
    await fresh.page.goto('/#moomoo');
    await typeAt(fresh, 'sign-in-identifier', user.email);
    await fresh.page.keyboard.press('Enter');
    // The passkey is on another device: what failed leads on to a code.
    await fresh.see('sign-in-notice', 'none-on-this-device');
    const code = await codeComingOf(() => pressAt(fresh, 'way-sms'), fresh, user.phone);
    await fresh.see('fallback-code-input');
    expect(await focused(fresh.page)).toBe('fallback-code-input');
    await fresh.page.keyboard.type(code);
    await fresh.page.keyboard.press('Enter');
    const number = await fresh.read('match-number');

    await trusted.page.goto(await portalLink(trusted, 'moomoo', user));
    await typeAt(trusted, 'approval-number', number);
    await trusted.page.keyboard.press('Enter');
    await trusted.see('approve-passkey');
    expect(await focused(trusted.page)).toBe('approve-passkey');
    await trusted.page.keyboard.press('Enter');
    await trusted.see('toast', 'The new device is signed in and trusted');
    await fresh.see('signed-in-as', user.accountId);

    await trusted.page.reload();
    await trusted.find('device').nth(1).waitFor();
    await pressAt(trusted, 'device-remove');
    await pressAt(trusted, 'device-remove-confirm');
    await trusted.see('approve-passkey');
    await trusted.page.keyboard.press('Enter');
    await trusted.see('toast', 'is no longer trusted');
    expect(await trusted.watch.takeRefusals()).toStrictEqual([
      '403 step-up-required',
      '403 step-up-required',
    ]);
  });

  it('every trusted device is lost: a second way is taken, and refused on one that turns up', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    const fresh = await stories.visitor();
    await fresh.page.goto('/#moomoo');
    await typeAt(fresh, 'sign-in-identifier', user.accountId);
    await pressAt(fresh, 'sign-in-fallback');
    const code = await codeComingOf(() => pressAt(fresh, 'fallback-sms'), fresh, user.phone);
    await fresh.see('fallback-code-input');
    await fresh.page.keyboard.type(code);
    await fresh.page.keyboard.press('Enter');
    await pressAt(fresh, 'approval-lost');
    await pressAt(fresh, 'recovery-start');
    await pressAt(fresh, 'recovery-password');
    await fresh.see('recovery-password-input');
    await fresh.page.keyboard.type('demo-password');
    await fresh.page.keyboard.press('Enter');
    await fresh.see('approval-state', 'You will be signed in from');

    await trusted.see('approval-recovering');
    await pressAt(trusted, 'approval-deny');
    await trusted.see('toast', 'The new device was refused');
    await fresh.see('approval-state', 'The sign-in was refused on a trusted device.');
  });

  it('codes are locked by wrong ones: what is said is reached, and the passkey goes on to count', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    const user = await enterWithPasskey(visitor, 'moomoo');
    await pressAt(visitor, 'add-passkey');
    await pressAt(visitor, 'factor-sms');
    for (let check = 0; check < 2; check++) {
      await visitor.see('code-input');
      const code = await codeSentTo(visitor, user.phone);
      await typeAt(visitor, 'code-input', code === '000000' ? '000001' : '000000');
      for (let guess = 0; guess < 5; guess++) {
        const answered = page.waitForResponse('**/security-checks/*/verify');
        await pressAt(visitor, 'code-verify');
        await answered;
      }
      if (check > 0) continue;
      await visitor.see('code-notice', 'No more guesses are left.');
      await pressAt(visitor, 'code-resend');
      await page.getByText('A new code is on its way.').waitFor();
    }
    await visitor.see('code-notice', 'Your passkey still works.');
    const wrong = Array.from({ length: 10 }, () => '422 wrong-code');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(wrong);
    await page.keyboard.press('Escape');
    await visitor.see('account-locked', 'Too many wrong codes or passwords were entered.');
    // Where the dialog was opened from is where one goes on.
    expect(await focused(page)).toBe('add-passkey');
    await page.keyboard.press('Enter');
    await visitor.see('factor-advice', 'locked');
    await page.keyboard.press('Escape');

    await tabTo(page, 'try-action');
    await page.keyboard.press('Home');
    await pressAt(visitor, 'try-approve');
    await visitor.see('approve-passkey');
    expect(await focused(page)).toBe('approve-passkey');
    await page.keyboard.press('Enter');
    await visitor.see('proof');
  });

  it('a withdrawal is approved with its second factor, and its proof redeemed', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    const user = await enterWithPasskey(visitor, 'mpchat');
    await tabTo(page, 'try-action');
    await page.keyboard.press('Home');
    await pressAt(visitor, 'try-approve');
    await visitor.see('approve-passkey');
    await page.keyboard.press('Enter');
    await pressAt(visitor, 'factor-email');
    await visitor.see('code-input');
    expect(await focused(page)).toBe('code-input');
    await page.keyboard.type(await codeSentTo(visitor, user.email));
    await page.keyboard.press('Enter');
    await visitor.see('proof');
    expect(await focused(page)).toBe('proof-title');
    await pressAt(visitor, 'redeem');
    await visitor.see('redeem-outcome', 'Redeemed.');
  });
});
