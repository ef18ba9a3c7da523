import { describe, expect, it } from '@jest/globals';
import { enterWithPasskey, portalLink } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';

/** Opens the face check in its own tab, presses a button there and comes back. */
async function faceCheck(
  visitor: Visitor,
  ...verdicts: readonly ('passed' | 'retry' | 'final')[]
): Promise<void> {
  const [tab] = await Promise.all([visitor.context.waitForEvent('page'), visitor.click('face-open')]);
  for (const verdict of verdicts) {
    await tab.getByTestId(`simulator-${verdict}`).click();
    await tab.getByTestId('simulator-sent').filter({ hasText: 'The verdict was given' }).waitFor();
  }
  await tab.close();
}

async function beginReset(visitor: Visitor): Promise<void> {
  await visitor.click('reset-start');
  await visitor.click('reset-begin');
  await visitor.see('face-open');
}

describe('M8: the only way to another passkey at MPChat', () => {
  const stories = browserStories();

  it('is a face check, tried again where it must be, and then a new passkey', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'mpchat');
    const old = await visitor.find('passkey').getAttribute('data-passkey-id');
    await beginReset(visitor);
    await faceCheck(visitor, 'retry');
    await visitor.see('face-notice', 'The face check did not succeed.');
    await faceCheck(visitor, 'passed');
    await visitor.see('create-passkey');
    await visitor.click('create-passkey');

    await visitor.see('toast', 'Your new passkey is ready');
    expect(await visitor.find('passkey').count()).toBe(1);
    expect(await visitor.find('passkey').getAttribute('data-passkey-id')).not.toBe(old);
    await visitor.see('reset-cooling-off', 'some actions stay stopped until');
    const told = (await visitor.messagesTo(user.email)).filter(({ purpose }) => purpose === 'notice');
    expect(told.length).toBeGreaterThanOrEqual(2);
  });

  it('stops withdrawals for a day, whose end is told', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await beginReset(visitor);
    await faceCheck(visitor, 'passed');
    await visitor.see('create-passkey');
    await visitor.click('create-passkey');
    await visitor.see('toast', 'Your new passkey is ready');
    await visitor.find('try-action').selectOption('onchain-withdrawal');
    await visitor.click('try-approve');

    await visitor.see('approve-notice', 'For your protection this action is stopped until');
    await visitor.see('approve-notice', 'step-up-denied');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-denied']);
  });

  it('is closed by a face that is somebody else’s, and the passkey goes on to count', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await beginReset(visitor);
    await faceCheck(visitor, 'final');

    await visitor.see('reset-end', 'The face check was rejected for good.');
    await visitor.click('reset-close');
    await visitor.find('try-action').selectOption('internal-transfer');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.see('proof');
  });

  it('is cancelled by the old passkey as long as the face check is open', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await beginReset(visitor);
    await visitor.click('dialog-close');
    await visitor.see('reset-open', 'If it was not you, cancel it with your passkey now.');
    await visitor.click('reset-cancel');
    await visitor.see('approve-summary', 'Cancel the reset of your passkey');
    await visitor.click('approve-passkey');

    await visitor.see('toast', 'The reset was cancelled');
    await visitor.find('reset-open').waitFor({ state: 'detached' });
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
  });

  it('goes on after a reload, and in another tab of the browser where it began', async () => {
    const first = await stories.visitor();
    await enterWithPasskey(first, 'mpchat');
    await beginReset(first);
    await first.page.reload();
    await first.click('reset-continue');
    await faceCheck(first, 'passed');
    await first.see('create-passkey');
    // What adds the passkey is where no script finds it.
    const kept = (await first.context.cookies()).filter(({ name }) => name.includes('reset'));
    expect(kept).toMatchObject([{ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' }]);
    const readable = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.body.outerHTML])`;
    expect(await first.page.evaluate(readable)).not.toContain(kept[0]?.value);
    expect(await first.page.evaluate('document.cookie')).toBe('');
    const visitor = await first.anotherTab();
    await first.page.close();
    await visitor.page.goto('/security-center');
    await visitor.see('reset-window', 'Create your new passkey by');
    await visitor.see('passkeys-empty');
    await visitor.click('reset-continue');
    await visitor.click('create-passkey');

    await visitor.see('toast', 'Your new passkey is ready');
  });

  it('is begun anew by a second press where the browser that it was begun in is gone', async () => {
    const lost = await stories.visitor();
    const user = await enterWithPasskey(lost, 'mpchat');
    await beginReset(lost);
    await lost.page.close();
    const visitor = await stories.visitor();
    await visitor.page.goto(await portalLink(visitor, 'mpchat', user));
    await visitor.see('reset-open');
    // What would add the passkey is in the other browser.
    expect(await visitor.find('reset-continue').count()).toBe(0);
    await visitor.click('reset-start');
    await visitor.click('reset-begin');
    await visitor.see('reset-notice', 'press again to begin anew.');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['409 reset-under-way']);
    expect(await visitor.find('face-open').count()).toBe(0);
    await visitor.click('reset-begin');
    await faceCheck(visitor, 'passed');
    await visitor.click('create-passkey');

    await visitor.see('toast', 'Your new passkey is ready');
    await visitor.see('activity-entry', 'A passkey reset expired');
    expect(await visitor.find('passkey').count()).toBe(1);
  });

  it('is disputed by the old passkey afterwards, which locks the account', async () => {
    const owner = await stories.visitor();
    const user = await enterWithPasskey(owner, 'mpchat');
    const thief = await stories.visitor();
    await thief.page.goto(await portalLink(thief, 'mpchat', user));
    await beginReset(thief);
    await faceCheck(thief, 'passed');
    await thief.click('create-passkey');
    await thief.see('toast', 'Your new passkey is ready');
    // The reset has ended the page that was open, which finds out by itself: the way in is a new link.
    await owner.see('session-ended');
    expect(await owner.watch.takeRefusals()).toStrictEqual(['401 session-missing', '401 session-missing']);
    await owner.page.goto(await portalLink(owner, 'mpchat', user));
    await owner.see('reset-cooling-off');
    await owner.click('reset-dispute');
    await owner.see('approve-summary', 'Dispute the reset and lock the account');
    await owner.click('approve-passkey');

    await owner.see('toast', 'the account is locked');
    await owner.see('account-locked', 'Contact the support of MPChat');
    expect(await owner.watch.takeRefusals()).toStrictEqual(['403 step-up-required']);
    // Whoever reset it is put out, and finds out by himself as well.
    await thief.see('session-ended');
    expect(await thief.watch.takeRefusals()).toStrictEqual(['401 session-missing', '401 session-missing']);
  });
});
