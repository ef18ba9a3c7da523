import { describe, expect, it } from '@jest/globals';
import { addPasskey, becomeDemoUser, passCheck } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

describe('B9: a walk through the pages', () => {
  const stories = browserStories();

  it('of MPChat opens the wallet, withdraws from it, signs in again and resets the passkey', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const { page } = visitor;
    const user = await becomeDemoUser(visitor, 'mpchat');
    await visitor.click('open-wallet-onboarding');
    await visitor.see('passkeys-empty');
    await addPasskey(visitor, user);
    await visitor.click('continue-to-product');
    await visitor.see('open-wallet-onboarding-state', 'Done');
    await visitor.click('sign-in-passkey');
    await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);

    await visitor.click('open-security-center');
    await visitor.find('try-action').selectOption('onchain-withdrawal');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await passCheck(visitor, user, 'email');
    await visitor.see('proof', 'Withdraw 250.00 USDT to');
    await visitor.click('redeem');
    await visitor.see('redeem-outcome', 'Redeemed.');

    await visitor.click('reset-start');
    await visitor.click('reset-begin');
    const [check] = await Promise.all([page.context().waitForEvent('page'), visitor.click('face-open')]);
    await check.getByTestId('simulator-passed').click();
    await check.getByTestId('simulator-sent').filter({ hasText: 'The verdict was given' }).waitFor();
    await check.close();
    await visitor.click('create-passkey');
    await visitor.see('toast', 'Your new passkey is ready');
    expect(await visitor.find('passkey').count()).toBe(1);
    await visitor.click('sign-out');
    await visitor.click('sign-in-passkey');
    await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
  });

  it('of moomoo adds two passkeys, withdraws, removes one and signs in by the other', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const user = await becomeDemoUser(visitor, 'moomoo');
    await visitor.click('open-security-center');
    await visitor.see('passkeys-empty');
    await addPasskey(visitor, user);
    const key = await visitor.plugIn('usb');
    await addPasskey(visitor, user, 'security-key');
    await key.answersPrompts(false);
    await visitor.find('try-action').selectOption('withdraw-funds');
    await visitor.click('try-approve');
    await visitor.see('approve-summary', 'Withdraw 250.00 USD to');
    await visitor.click('approve-passkey');
    await visitor.see('proof');

    await visitor.find('passkey-remove').nth(1).click();
    await visitor.click('remove-confirm');
    await visitor.click('approve-passkey');
    await visitor.see('toast', 'was removed');
    await visitor.click('help-toggle');
    await visitor.click('help-lost-device');
    await visitor.see('help-answer', 'device-lost');
    await visitor.click('sign-out');
    await visitor.click('sign-in-passkey');
    await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });
});
