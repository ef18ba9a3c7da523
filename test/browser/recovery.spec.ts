import { describe, expect, it } from '@jest/globals';
import { changedPolicy } from '../config/policy-folder.js';
import { enterWithPasskey, signInByCode } from '../support/browser-flows.js';
import type { DemoUser } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';

/** A sign-in by SMS on a new device, and the password in place of the trusted ones. */
async function recover(visitor: Visitor, user: DemoUser): Promise<void> {
  await signInByCode(visitor, 'moomoo', user);
  await visitor.click('approval-lost');
  await visitor.click('recovery-start');
  await visitor.click('recovery-password');
  await visitor.fill('recovery-password-input', 'demo-password');
  await visitor.click('recovery-verify');
  await visitor.see('approval-state', 'You will be signed in from');
}

describe('F11: every trusted device is lost', () => {
  const stories = browserStories();

  it('is made up for by a second way and a day in which a trusted one that turns up refuses it', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    const thief = await stories.visitor();
    await signInByCode(thief, 'moomoo', user);
    await thief.click('approval-lost');
    await thief.click('recovery-start');
    // What carried the sign-in proves nothing a second time.
    await thief.see('recovery-password');
    expect(await thief.find('recovery-sms').count()).toBe(0);
    await thief.click('recovery-password');
    await thief.fill('recovery-password-input', 'guess');
    await thief.click('recovery-verify');
    await thief.see('recovery-code-notice', 'wrong-code');
    await thief.fill('recovery-password-input', 'demo-password');
    const answered = thief.page.waitForResponse('**/recovery');
    await thief.click('recovery-verify');
    const { approvedFrom } = (await (await answered).json()) as { approvedFrom: string };
    expect(Math.round((Date.parse(approvedFrom) - Date.now()) / 3_600_000)).toBe(24);
    const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
    const said = day.format(new Date(approvedFrom));
    await thief.see('approval-state', `You will be signed in from ${said} on`);
    expect(await thief.find('signed-in').count()).toBe(0);

    await trusted.page.reload();
    await trusted.see('approval-recovering', `they will be signed in from ${said} on`);
    const told = (await trusted.messagesTo(user.email)).filter(({ purpose }) => purpose === 'notice');
    expect(told.length).toBeGreaterThan(0);
    await trusted.click('approval-deny');
    await trusted.see('toast', 'The new device was refused');
    await thief.page.reload();
    await thief.see('approval-state', 'The sign-in was refused on a trusted device.');
    await thief.page.reload();
    await thief.see('sign-in-passkey');
    expect(await thief.find('approval-required').count()).toBe(0);
    expect(await thief.watch.takeRefusals()).toStrictEqual(['422 wrong-code']);
  });
});

describe('F11: every trusted device is lost, and nobody refuses', () => {
  const wait = [['newDeviceApproval', 'recoveryWait'], '10s'] as const;
  const stories = browserStories({ LATCHKEY_POLICIES: changedPolicy('moomoo', [wait]) });

  it('the sign-in is collected after the wait by the browser that asked for it, which is trusted from then on', async () => {
    const lost = await stories.visitor();
    const user = await enterWithPasskey(lost, 'moomoo');
    await lost.context.close();
    const fresh = await stories.visitor();
    await recover(fresh, user);
    expect(await fresh.find('signed-in').count()).toBe(0);
    await fresh.page.goto('about:blank');

    await fresh.page.goto('/#moomoo');
    await fresh.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
    await fresh.click('open-security-center');
    await fresh.see('device-current', 'This device');
    expect(await fresh.find('device').count()).toBe(2);
    await fresh.see('activity-entry', 'A sign-in without a trusted device was begun');
  });
});
