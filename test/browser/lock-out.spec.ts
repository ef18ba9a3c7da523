import { describe, expect, it } from '@jest/globals';
import { codeSentTo, enterSecurityCenter, passCheck } from '../support/browser-flows.js';
import type { DemoUser } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';

const stories = browserStories();

/** As many wrong codes as one check takes. */
const GUESSES = 5;

async function enterWrongCodes(visitor: Visitor, user: DemoUser, times: number): Promise<void> {
  const code = await codeSentTo(visitor, user.phone);
  await visitor.fill('code-input', code === '000000' ? '000001' : '000000');
  for (let time = 0; time < times; time++) {
    const answered = visitor.page.waitForResponse('**/security-checks/*/verify');
    await visitor.click('code-verify');
    await answered;
  }
}

async function account(user: DemoUser): Promise<{ status: string; lockedUntil: string }> {
  const path = `/v1/mpchat/accounts/${user.accountId}`;
  return (await stories.service.get(path)) as { status: string; lockedUntil: string };
}

describe('M11: ten wrong codes', () => {
  it('lock the account: the page says what happened and until when, and that it is over once it is', async () => {
    const visitor = await stories.visitor();
    const user = await enterSecurityCenter(visitor, 'mpchat');
    await visitor.click('add-passkey');
    await visitor.click('factor-sms');
    await visitor.see('code-input');
    await enterWrongCodes(visitor, user, GUESSES);
    await visitor.see('code-notice', 'No more guesses are left.');
    const wrong = Array.from({ length: GUESSES }, () => '422 wrong-code');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(wrong);
    await visitor.click('code-resend');
    await visitor.page.getByText('A new code is on its way.').waitFor();
    await enterWrongCodes(visitor, user, GUESSES);

    const { status, lockedUntil } = await account(user);
    expect(status).toBe('locked');
    // An hour, give or take what the guesses took.
    expect(Math.round((Date.parse(lockedUntil) - Date.now()) / 60_000)).toBe(60);
    const until = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
    const said = until.format(new Date(lockedUntil));
    await visitor.see(
      'code-notice',
      `codes and passwords are locked until ${said}. Your passkey still works.`,
    );
    await visitor.click('dialog-close');
    await visitor.see(
      'account-locked',
      `Too many wrong codes or passwords were entered. They count again after ${said}.`,
    );
    await visitor.click('add-passkey');
    await visitor.see('factor-advice', said);
    await visitor.click('dialog-close');
    const told = (await visitor.messagesTo(user.email)).find(({ purpose }) => purpose === 'notice');
    expect(told?.text).toContain('lock');

    const unlocked = await stories.service.post(
      'POST',
      `/v1/mpchat/accounts/${user.accountId}/unlock`,
      'unlock',
      {},
    );
    expect(unlocked?.status).toBe(200);
    await visitor.page.bringToFront();
    await visitor.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await visitor.find('account-locked').waitFor({ state: 'detached' });
    await visitor.see('activity-entry', 'The account was unlocked');
    await visitor.click('add-passkey');
    await passCheck(visitor, user, 'sms');
    await visitor.click('create-passkey');
    await visitor.see('passkey');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(wrong);
  });
});
