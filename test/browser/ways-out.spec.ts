import { describe, expect, it } from '@jest/globals';
import {
  becomeDemoUser,
  codeComingOf,
  enterSecurityCenter,
  enterWithPasskey,
  passCheck,
} from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';

const stories = browserStories();

async function ways(visitor: Visitor): Promise<readonly string[]> {
  return visitor.page.locator('.ways button').allInnerTexts();
}

describe('M9: a sign-in that failed goes on by a button', () => {
  it('with the same passkey, once the person is recognized', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const user = await enterWithPasskey(visitor, 'mpchat');
    await visitor.page.goto('/?again#mpchat');
    await visitor.authenticator.recognizesUser(false);
    await visitor.click('sign-in-passkey');
    await visitor.see('way-try-again');
    expect(await ways(visitor)).toStrictEqual([
      'Try again',
      'Another device (QR code)',
      'Security key',
      'Code by SMS',
      'Code by email',
      'Password',
    ]);
    await visitor.authenticator.recognizesUser(true);
    await visitor.click('way-try-again');

    await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
    expect(await visitor.find('way-try-again').count()).toBe(0);
  });

  it('with a passkey of a security key', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.page.goto('/?again#moomoo');
    await visitor.authenticator.recognizesUser(false);
    await visitor.fill('sign-in-identifier', user.email);
    await visitor.click('sign-in-continue');
    await visitor.see('way-security-key');
    await visitor.authenticator.recognizesUser(true);
    const asked = visitor.page.waitForRequest('**/moomoo/sign-ins');
    await visitor.click('way-security-key');

    expect((await asked).postDataJSON()).toMatchObject({ identifier: user.email });
    await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
  });

  it('with a code, for whom was named before', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const user = await becomeDemoUser(visitor, 'mpchat');
    await visitor.fill('sign-in-identifier', user.email);
    await visitor.click('sign-in-continue');
    await visitor.see('sign-in-notice', 'none-on-this-device');
    const code = await codeComingOf(() => visitor.click('way-sms'), visitor, user.phone);
    await visitor.fill('fallback-code-input', code);
    await visitor.click('fallback-verify');

    await visitor.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
    expect(await visitor.find('way-sms').count()).toBe(0);
  });

  it('with the password, after it is said whose', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const user = await becomeDemoUser(visitor, 'moomoo');
    await visitor.fill('sign-in-identifier', '');
    await visitor.click('sign-in-passkey');
    await visitor.click('way-password');
    await visitor.fill('fallback-identifier', user.phone);
    await visitor.click('fallback-password');
    await visitor.fill('fallback-password-input', 'demo-password');
    await visitor.click('fallback-verify');

    await visitor.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
  });

  it('of a passkey that is another’s, by picking again', async () => {
    const visitor = await stories.visitor({ autofill: false });
    await enterWithPasskey(visitor, 'mpchat');
    const other = await becomeDemoUser(visitor, 'mpchat');
    await visitor.fill('sign-in-identifier', other.accountId);
    await visitor.click('sign-in-continue');
    await visitor.see('sign-in-notice', 'other-account');
    const code = await codeComingOf(() => visitor.click('way-email'), visitor, other.email);
    await visitor.fill('fallback-code-input', code);
    await visitor.click('fallback-verify');

    await visitor.see('signed-in-as', `Signed in as ${other.accountId} without a passkey.`);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['401 verification-failed']);
  });
});

describe('M9: what failed in the Security Center goes on by a button', () => {
  it('with a passkey in another place, where this device holds one', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.click('add-passkey');
    await passCheck(visitor, user, 'sms');
    await visitor.click('create-passkey');
    await visitor.see('create-notice', 'already-on-this-device');
    expect(await ways(visitor)).toStrictEqual(['Another device (QR code)', 'Security key']);
    const key = await visitor.plugIn('usb');
    await visitor.click('way-security-key');

    await visitor.find('passkey').nth(1).waitFor();
    expect(await key.passkeys()).toHaveLength(1);
  });

  it('with another prompt, or with a reset, where an approval came to nothing', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await visitor.authenticator.recognizesUser(false);
    await visitor.find('try-action').selectOption('internal-transfer');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.click('way-reset');
    await visitor.see('reset-begin');
    expect(await visitor.find('approve-dialog').count()).toBe(0);
    await visitor.click('dialog-close');

    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.see('way-try-again');
    await visitor.authenticator.recognizesUser(true);
    await visitor.click('way-try-again');
    await visitor.see('proof');
  });

  it('with what the help names: a passkey where there is none, a reset where it is lost', async () => {
    const visitor = await stories.visitor();
    const user = await enterSecurityCenter(visitor, 'mpchat');
    await visitor.click('help-toggle');
    await visitor.click('help-not-prompted');
    await visitor.see('help-answer', 'none-added');
    await visitor.click('way-add-passkey');
    await passCheck(visitor, user, 'email');
    await visitor.click('create-passkey');
    await visitor.see('passkey');

    await visitor.click('help-lost-device');
    await visitor.see('help-answer', 'device-lost');
    expect(await ways(visitor)).toStrictEqual(['Reset passkey']);
    await visitor.click('way-reset');
    await visitor.see('reset-begin');
  });

  it('with another reset, where one was cancelled meanwhile', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await visitor.click('reset-start');
    await visitor.click('reset-begin');
    await visitor.see('face-open');
    const other = await visitor.context.newPage();
    await other.goto('/security-center');
    await other.getByTestId('reset-open').waitFor();
    await other.close();
    await visitor.click('dialog-close');
    await visitor.click('reset-cancel');
    await visitor.click('approve-passkey');
    await visitor.see('toast', 'The reset was cancelled');
    await visitor.click('reset-start');
    await visitor.see('reset-end', 'The reset was cancelled.');
    await visitor.click('reset-anew');
    await visitor.click('reset-begin');
    await visitor.see('face-open');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });
});
