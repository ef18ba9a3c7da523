import { describe, expect, it } from '@jest/globals';
import { becomeDemoUser, enterWithPasskey, portalLink, signInByCode } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

describe('F11: a sign-in on a new device at moomoo', () => {
  const stories = browserStories();

  it('is approved on a trusted one by the number that the new one shows, and can be taken back', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    await trusted.see('device');
    const fresh = await stories.visitor();
    await signInByCode(fresh, 'moomoo', user);
    await fresh.see('approval-required');
    const number = await fresh.read('match-number');

    await trusted.page.reload();
    await trusted.see('approval-open', 'Is this you signing in?');
    await trusted.fill('approval-number', number);
    await trusted.click('approval-approve');
    await trusted.see('approve-summary', 'Approve a sign-in on');
    await trusted.click('approve-passkey');
    await trusted.see('toast', 'The new device is signed in and trusted');
    await fresh.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);

    await trusted.page.reload();
    await trusted.find('device').nth(1).waitFor();
    expect(await trusted.find('device').nth(0).innerText()).toContain('This device');
    expect(await trusted.find('device-current').count()).toBe(1);
    await trusted.find('device-remove').nth(1).click();
    await trusted.click('device-remove-confirm');
    await trusted.click('approve-passkey');
    await trusted.see('toast', 'is no longer trusted');
    await trusted.find('device').nth(1).waitFor({ state: 'detached' });
    expect(await trusted.watch.takeRefusals()).toStrictEqual([
      '403 step-up-required',
      '403 step-up-required',
    ]);
  });

  it('marks the device in hand in the list of trusted ones, as soon as the first passkey makes it one', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    await trusted.see('device-current', 'This device');
    const elsewhere = await stories.visitor();
    await elsewhere.page.goto(await portalLink(elsewhere, 'moomoo', user));
    await elsewhere.see('device');
    expect(await elsewhere.find('device-current').count()).toBe(0);
    await trusted.click('device-remove');
    await trusted.see('device-remove-dialog', 'You are using');
    await trusted.click('device-remove-cancel');
  });

  it('is refused by somebody who is not signing in', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    const fresh = await stories.visitor();
    await signInByCode(fresh, 'moomoo', user);
    await fresh.see('approval-required');
    await trusted.page.reload();
    await trusted.click('approval-deny');

    await trusted.see('toast', 'The new device was refused');
    await fresh.see('approval-state', 'The sign-in was refused on a trusted device.');
    expect(await fresh.find('signed-in').count()).toBe(0);
  });

  it('needs the right number', async () => {
    const trusted = await stories.visitor();
    const user = await enterWithPasskey(trusted, 'moomoo');
    const fresh = await stories.visitor();
    await signInByCode(fresh, 'moomoo', user);
    const number = await fresh.read('match-number');
    await trusted.page.reload();
    await trusted.fill('approval-number', number === '11' ? '12' : '11');
    await trusted.click('approval-approve');
    await trusted.click('approve-passkey');

    await trusted.see('approval-notice', 'This is not the number that the new device shows.');
    expect(await fresh.find('signed-in').count()).toBe(0);
    expect(await trusted.watch.takeRefusals()).toStrictEqual(['403 step-up-required', '422 wrong-number']);
  });
});

describe('F10: the other ways to sign in', () => {
  const stories = browserStories();

  it('are those of the product, a code of MPChat among them', async () => {
    const visitor = await stories.visitor();
    const user = await becomeDemoUser(visitor, 'mpchat');
    await signInByCode(visitor, 'mpchat', user);

    await visitor.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
    expect(await visitor.read('claim-amr')).toContain('sms');
  });

  it('are a password that the product checks: a wrong one is refused', async () => {
    const visitor = await stories.visitor();
    const user = await becomeDemoUser(visitor, 'mpchat');
    await visitor.click('sign-in-fallback');
    await visitor.click('fallback-password');
    await visitor.fill('fallback-password-input', 'guess');
    await visitor.click('fallback-verify');
    await visitor.see('fallback-code-notice', 'wrong-code');
    await visitor.fill('fallback-password-input', 'demo-password');
    await visitor.click('fallback-verify');

    await visitor.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['422 wrong-code']);
  });

  it('take a password under any of the user’s names, and say of nobody what they say of a wrong one', async () => {
    const visitor = await stories.visitor();
    const user = await becomeDemoUser(visitor, 'moomoo');
    const enter = async (name: string): Promise<void> => {
      await visitor.page.goto(`/?${name.length}#moomoo`);
      await visitor.fill('sign-in-identifier', name);
      await visitor.click('sign-in-fallback');
      await visitor.click('fallback-password');
      await visitor.fill('fallback-password-input', 'demo-password');
      await visitor.click('fallback-verify');
    };
    for (const name of [user.email, user.phone, user.accountId]) {
      await enter(name);
      await visitor.see('signed-in-as', `Signed in as ${user.accountId} without a passkey.`);
    }
    await enter('nobody@example.com');
    await visitor.see('fallback-code-notice', 'wrong-code');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['422 wrong-code']);
  });
});
