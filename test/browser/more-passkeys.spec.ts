import { describe, expect, it } from '@jest/globals';
import { addPasskey, enterSecurityCenter, enterWithPasskey, passCheck } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

const stories = browserStories();

describe('a second passkey', () => {
  it('is not offered by MPChat, whose page says why', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    expect(await visitor.read('passkey-limit')).toBe('MPChat allows one passkey per account.');
    await visitor.find('add-passkey').press('Enter');

    await visitor.see('toast', 'MPChat allows one passkey per account.');
    expect(await visitor.find('add-dialog').count()).toBe(0);
  });

  it('is refused by MPChat to a tab that was open before the first one came', async () => {
    const early = await stories.visitor();
    const user = await enterSecurityCenter(early, 'mpchat');
    await early.click('add-passkey');
    await passCheck(early, user, 'sms');
    await early.see('create-passkey');
    const late = await early.anotherTab();
    await late.page.goto('/security-center');
    await addPasskey(late, user);
    await early.click('create-passkey');

    await early.see('create-notice', 'This product allows 1 passkey per account.');
    expect(await early.authenticator.passkeys()).toStrictEqual([]);
    expect(await early.watch.takeRefusals()).toStrictEqual(['409 passkey-limit-reached']);
  });

  it('is welcome at moomoo, on a security key too', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    const key = await visitor.plugIn('usb');
    await addPasskey(visitor, user, 'security-key');

    expect(await visitor.find('passkey-kind').allInnerTexts()).toStrictEqual(['Synced', 'This device only']);
    expect(await visitor.read('passkey-count')).toContain('2 of 10');
    expect(await visitor.authenticator.passkeys()).toHaveLength(1);
    expect(await key.passkeys()).toHaveLength(1);
  });

  it('is vouched for by the first one, and then approves sensitive actions at once', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.plugIn('usb');
    await visitor.click('add-passkey');
    await passCheck(visitor, user, 'sms');
    await visitor.click('vouch');
    await visitor.see('approve-summary', 'Add another passkey to your account');
    await visitor.click('approve-passkey');
    await visitor.see('vouched');
    await visitor.find('storage-security-key').check();
    await visitor.click('create-passkey');
    await visitor.find('passkey').nth(1).waitFor();

    await visitor.authenticator.answersPrompts(false);
    await visitor.find('try-action').selectOption('withdraw-funds');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.see('proof');
  });

  it('is refused by an authenticator that holds one of the account', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.click('add-passkey');
    await passCheck(visitor, user, 'sms');
    await visitor.click('create-passkey');

    await visitor.see('create-notice', 'This device already holds a passkey for this account.');
    expect(await visitor.authenticator.passkeys()).toHaveLength(1);
  });
});

describe('removing a passkey', () => {
  it('is not offered by MPChat, which resets passkeys instead', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');

    expect(await visitor.read('reset-only')).toBe(
      'To protect your account, a passkey of MPChat is not removed but reset: you pass a face check and create a new one.',
    );
    expect(await visitor.find('passkey-remove').count()).toBe(0);
    const answer = await visitor.page.evaluate<{ status: number; code: string }>(`(async () => {
      const { dataset } = document.querySelector('[data-testid=passkey]');
      const account = document.querySelector('[data-testid=account-id]').textContent.split(' ').at(-1);
      const path = '/v1/mpchat/accounts/' + account + '/passkeys/' + dataset.passkeyId;
      const headers = { 'Latchkey-Portal': '1', 'Idempotency-Key': crypto.randomUUID() };
      const answer = await fetch(path, { method: 'DELETE', headers });
      return { status: answer.status, code: (await answer.json()).code };
    })()`);
    expect(answer).toStrictEqual({ status: 409, code: 'removal-forbidden' });
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['409 removal-forbidden']);
  });

  it('takes a fresh proof at moomoo, and the authenticator forgets the passkey as well', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    const key = await visitor.plugIn('usb');
    await addPasskey(visitor, user, 'security-key');
    await key.answersPrompts(false);
    await visitor.find('passkey-remove').nth(1).click();
    await visitor.click('remove-confirm');
    await visitor.see('approve-summary', 'Remove the passkey');
    await visitor.click('approve-passkey');

    await visitor.see('toast', 'was removed');
    expect(await visitor.find('passkey-kind').allInnerTexts()).toStrictEqual(['Synced']);
    expect(await visitor.authenticator.passkeys()).toHaveLength(1);
    expect(await key.passkeys()).toStrictEqual([]);
    await visitor.see('activity-entry', 'A passkey was removed');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });

  it('is not approved by a passkey that a code alone has just added', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.plugIn('usb');
    await addPasskey(visitor, user, 'security-key');
    await visitor.authenticator.answersPrompts(false);
    await visitor.find('passkey-remove').first().click();
    await visitor.click('remove-confirm');
    await visitor.click('approve-passkey');

    await visitor.see(
      'approve-notice',
      'A passkey added by a code alone does not approve sensitive actions yet.',
    );
    await visitor.click('dialog-close');
    await visitor.page.reload();
    await visitor.see('passkey');
    expect(await visitor.find('passkey').count()).toBe(2);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required', '403 passkey-too-new']);
  });

  it('takes an SMS code where the passkey is lost', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'moomoo');
    await visitor.authenticator.recognizesUser(false);
    await visitor.click('passkey-remove');
    await visitor.click('remove-confirm');
    await visitor.click('approve-instead-sms');
    await passCheck(visitor, user, 'sms');
    await visitor.see('passkeys-empty');
    const message = (await visitor.messagesTo(user.phone)).find(({ purpose }) => purpose === 'code');
    expect(message?.text).toContain('is your code to remove a passkey from your account.');
    expect(await visitor.authenticator.passkeys()).toStrictEqual([]);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });

  it('is left undone by somebody who thinks better of it', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'moomoo');
    await visitor.click('passkey-remove');
    await visitor.click('remove-cancel');
    await visitor.click('passkey-remove');
    await visitor.click('remove-confirm');
    await visitor.see('approve-passkey');
    await visitor.click('dialog-close');
    await visitor.find('approve-dialog').waitFor({ state: 'detached' });
    await visitor.page.reload();
    await visitor.see('passkey');
    expect(await visitor.authenticator.passkeys()).toHaveLength(1);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });
});
