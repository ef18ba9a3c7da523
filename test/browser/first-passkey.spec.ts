import { describe, expect, it } from '@jest/globals';
import { enterSecurityCenter } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

const IPHONE = {
  platform: 'ios',
  osVersion: '17.2',
  model: 'iPhone 15 Pro',
  biometrics: ['face'],
  passwordsApp: false,
};

describe('the first passkey of an MPChat user', () => {
  const stories = browserStories();

  it('is added with a code from the outbox, shown with all that is known of it, renamed, and kept', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    const startedAt = Date.now();
    const user = await enterSecurityCenter(visitor, 'mpchat', IPHONE);
    expect(new URL(page.url()).hash).toBe('');
    expect(await visitor.read('account-id')).toBe(`Account ${user.accountId}`);
    expect(await visitor.read('purpose-text')).toBe('Use a Passkey to verify');

    await visitor.click('add-passkey');
    await visitor.see('device-problem-passwords-app-missing');
    expect(await page.getByRole('link', { name: 'Download Passwords app' }).getAttribute('href')).toBe(
      'https://apps.apple.com/mo/app/passwords/id6473799789',
    );
    await visitor.click('device-continue');
    await visitor.click('factor-email');
    await visitor.see('code-sent');
    const [outbox] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'the code is in the outbox' }).click(),
    ]);
    await outbox.getByTestId('outbox-filter').fill(user.email);
    await outbox.getByTestId('outbox-copy').first().click();
    await outbox.getByText(/^Code \d{6} copied$/u).waitFor();
    await outbox.close();
    await visitor.find('code-input').press('Control+V');
    await visitor.click('code-verify');
    await visitor.click('create-passkey');

    await visitor.see('toast', 'Added successfully');
    expect(await visitor.read('passkey-name')).toBe('iPhone 15 Pro');
    expect(await visitor.read('passkey-kind')).toBe('Synced');
    expect(await visitor.read('passkey-last-used')).toBe('Not used yet');
    expect(await visitor.read('passkey-provider')).toBe('Password manager');
    const created = await visitor.find('passkey-created').locator('time').getAttribute('datetime');
    expect(Date.parse(created ?? '')).toBeGreaterThanOrEqual(startedAt);
    expect(Date.parse(created ?? '')).toBeLessThanOrEqual(Date.now());
    expect(
      await page.getByRole('list', { name: 'Works with' }).getByRole('listitem').allInnerTexts(),
    ).toStrictEqual(['Other devices', 'QR scan', 'Face']);
    await visitor.click('passkey-rename');
    await visitor.fill('rename-input', 'Work phone');
    await visitor.click('rename-save');
    await visitor.see('passkey-name', 'Work phone');
    await visitor.see('activity-entry', 'A passkey was renamed');
    expect(await visitor.find('activity-entry').locator('p').allInnerTexts()).toStrictEqual([
      'A passkey was renamed',
      'A device was trusted',
      'A passkey was added',
      'A code was confirmed',
      'The account was set up',
    ]);

    await page.reload();
    await visitor.see('passkey-name', 'Work phone');
    expect(await visitor.authenticator.passkeys()).toHaveLength(1);
    await visitor.authenticator.answersPrompts(false);
    await visitor.click('sign-out');
    await page.waitForURL('/#mpchat');
    await page.goto('/security-center');
    await visitor.see('session-ended');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['401 session-missing']);
  });
});
