import { describe, expect, it } from '@jest/globals';
import {
  becomeDemoUser,
  codeSentTo,
  enterSecurityCenter,
  enterWithPasskey,
  passCheck,
  portalLink,
} from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

describe('what goes wrong on the way to a passkey', () => {
  const stories = browserStories();

  it('is a system sheet closed too early: the security check still counts for the next try', async () => {
    const visitor = await stories.visitor();
    const user = await enterSecurityCenter(visitor, 'mpchat');
    await visitor.click('add-passkey');
    await passCheck(visitor, user, 'sms');
    await visitor.authenticator.recognizesUser(false);
    await visitor.click('create-passkey');
    // A device that recognizes nobody may have no lock; what else the one error can mean is listed below it.
    await visitor.see('create-notice', 'no-screen-lock');
    await visitor.see('create-notice', 'Other possible causes');
    await visitor.see('grant-kept', 'no new code is needed');
    expect(await visitor.read('create-passkey')).toBe('Try again');
    await visitor.click('dialog-close');
    await visitor.see('passkeys-empty');

    // Not even the whole dialog closed costs another code.
    await visitor.authenticator.recognizesUser(true);
    await visitor.click('add-passkey');
    await visitor.click('create-passkey');
    await visitor.see('passkey');
    expect((await visitor.messagesTo(user.phone)).filter(({ purpose }) => purpose === 'code')).toHaveLength(
      1,
    );
  });

  it('is a finger that the device does not know: nothing is approved', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await visitor.authenticator.recognizesUser(false);
    await visitor.find('try-action').selectOption('internal-transfer');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.see('approve-notice', 'none-on-this-device');
    await visitor.click('other-causes');
    await visitor.see('other-causes', 'closed');
    expect(await visitor.find('proof').count()).toBe(0);

    await visitor.authenticator.recognizesUser(true);
    await visitor.click('approve-passkey');
    await visitor.see('proof');
  });

  it.each([
    ['mpchat', 'Please use iOS 16 or Android 14 or later.'],
    ['moomoo', 'Please use iOS 16, Android 9, Windows 11 or HarmonyOS 6.0 or later.'],
  ] as const)('is a device too old for %s, which says what it needs', async (rp, needed) => {
    const visitor = await stories.visitor();
    await enterSecurityCenter(visitor, rp, { platform: 'ios', osVersion: '15.2', model: 'iPhone 8' });
    await visitor.click('add-passkey');

    await visitor.see('device-problem-os-too-old');
    expect(await visitor.read('device-problem-os-too-old')).toContain(needed);
    expect(await visitor.find('device-continue').count()).toBe(0);
    await visitor.click('device-again');
    await visitor.see('device-problem-os-too-old');
    expect(await visitor.find('device-continue').count()).toBe(0);
  });

  it('is a wrong code: the guesses left are told, and after the last one only a new code counts', async () => {
    const visitor = await stories.visitor();
    const user = await enterSecurityCenter(visitor, 'mpchat');
    await visitor.click('add-passkey');
    await visitor.click('factor-sms');
    await visitor.see('code-input');
    const code = await codeSentTo(visitor, user.phone);
    await visitor.fill('code-input', code === '000000' ? '000001' : '000000');
    for (const left of [
      '4 more guesses are left.',
      '3 more guesses are left.',
      '2 more guesses are left.',
      '1 more guess is left.',
      'No more guesses are left.',
    ]) {
      await visitor.click('code-verify');
      await visitor.see('code-notice', `The code is wrong. ${left}`);
    }
    await visitor.fill('code-input', code);
    await visitor.click('code-verify');

    await visitor.see('code-notice', 'check-used-up');
    expect(await visitor.find('create-passkey').count()).toBe(0);
    const wrong = Array.from({ length: 5 }, () => '422 wrong-code');
    expect(await visitor.watch.takeRefusals()).toStrictEqual([...wrong, '409 check-used-up']);

    await visitor.click('code-resend');
    await visitor.page.getByText('A new code is on its way.').waitFor();
    await visitor.fill('code-input', await codeSentTo(visitor, user.phone));
    await visitor.click('code-verify');
    await visitor.see('create-passkey');
  });

  it('is a link used before: it opens nothing', async () => {
    const visitor = await stories.visitor();
    const link = await portalLink(visitor, 'moomoo', await becomeDemoUser(visitor, 'moomoo'));
    await visitor.page.goto(link);
    await visitor.see('passkeys-empty');
    const thief = await stories.visitor();
    await thief.page.goto(link);

    await thief.see('session-ended', 'This link has been used or has expired');
    expect(await thief.context.cookies()).toStrictEqual([]);
    expect(await thief.watch.takeRefusals()).toStrictEqual(['410 link-used']);
    await visitor.page.reload();
    await visitor.see('passkeys-empty');
  });
});
