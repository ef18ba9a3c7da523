import { describe, expect, it } from '@jest/globals';
import { enterWithPasskey, passCheck } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';

async function review(visitor: Visitor, action: string): Promise<void> {
  await visitor.find('try-action').selectOption(action);
  await visitor.click('try-approve');
  await visitor.see('approve-passkey');
}

/** As the product's backend would; answers with the status. */
async function redeem(visitor: Visitor): Promise<number> {
  const [answer] = await Promise.all([
    visitor.page.waitForResponse('**/dev/demo/*/redeem'),
    visitor.click('redeem'),
  ]);
  return answer.status();
}

describe('approving an action', () => {
  const stories = browserStories();

  it('takes the passkey alone for a transfer within MPChat, and its proof counts once', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'mpchat');
    await visitor.find('try-action').selectOption('internal-transfer');
    expect(await visitor.read('try-needs')).toBe('Needs a passkey.');
    await visitor.fill('try-parameter-recipient', 'Mei Lin');
    await visitor.click('try-approve');
    await visitor.see('approve-summary', 'Transfer 250.00 USDT to Mei Lin');
    await visitor.click('approve-passkey');

    await visitor.see('proof', 'Transfer 250.00 USDT to Mei Lin');
    expect(await visitor.read('claim-action')).toBe('internal-transfer');
    expect(await visitor.read('claim-sub')).toBe(user.accountId);
    expect(await visitor.read('claim-aud')).toBe('mpchat');
    expect(await visitor.read('claim-acr')).toBe('Phishing-resistant (phr)');
    await visitor.see('activity-entry', 'An action was approved');
    expect(await redeem(visitor)).toBe(200);
    await visitor.see('redeem-outcome', 'Redeemed. The backend may now carry out the action, once.');
    expect(await redeem(visitor)).toBe(409);
    await visitor.see('redeem-notice', 'step-up-already-used');
    expect(await visitor.read('redeem-outcome')).toBe('');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['409 step-up-already-used']);
  });

  it('takes the passkey and a code for a withdrawal, and the message says what it withdraws', async () => {
    const visitor = await stories.visitor();
    const user = await enterWithPasskey(visitor, 'mpchat');
    await visitor.find('try-action').selectOption('onchain-withdrawal');
    expect(await visitor.read('try-needs')).toBe(
      'Needs a passkey and an SMS code, an email code, or an authenticator code.',
    );
    await visitor.fill('try-parameter-amount', '1250.00');
    await visitor.fill('try-parameter-address', 'TPayee4Safe5');
    await visitor.click('try-approve');
    await visitor.click('approve-passkey');
    await visitor.see('factor-email');
    expect(await visitor.find('proof').count()).toBe(0);
    await passCheck(visitor, user, 'email');

    await visitor.see('proof', 'Withdraw 1250.00 USDT to TPayee4Safe5');
    const message = (await visitor.messagesTo(user.email)).find(({ purpose }) => purpose === 'code');
    expect(message?.text).toContain('is your code to withdraw 1250.00 USDT to TPayee4Safe5.');
    expect(await visitor.read('claim-amr')).toBe('pop, email');
    expect(await redeem(visitor)).toBe(200);
    expect(await redeem(visitor)).toBe(409);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['409 step-up-already-used']);
  });

  it('takes the passkey alone to unlock trading at moomoo', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'moomoo');
    await review(visitor, 'unlock-trading');
    await visitor.click('approve-passkey');

    await visitor.see('proof', 'Unlock trading');
    expect(await visitor.read('claim-action')).toBe('unlock-trading');
    expect(await visitor.read('claim-aud')).toBe('moomoo');
    expect(await redeem(visitor)).toBe(200);
  });

  it('counts for exactly what was shown: redeemed for a greater amount, the proof is refused', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await review(visitor, 'internal-transfer');
    await visitor.click('approve-passkey');
    await visitor.see('proof');
    await visitor.page.route('**/redeem', (route) => {
      const body = route.request().postDataJSON() as { parameters: object };
      return route.continue({ postData: { ...body, parameters: { ...body.parameters, amount: '9999.00' } } });
    });

    expect(await redeem(visitor)).toBe(422);
    await visitor.see('redeem-notice', 'token-invalid');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['422 token-invalid']);
  });

  it('gives no proof to somebody who leaves, whose prompt goes with the dialog', async () => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, 'mpchat');
    await visitor.authenticator.answersPrompts(false);
    await review(visitor, 'internal-transfer');
    await visitor.click('approve-passkey');
    await visitor.page.keyboard.press('Escape');
    await visitor.find('approve-dialog').waitFor({ state: 'detached' });
    expect(await visitor.find('proof').count()).toBe(0);

    await visitor.authenticator.answersPrompts(true);
    // A browser shows one prompt at a time: were the first still open, it would refuse this one.
    const next = await visitor.page.evaluate(
      `navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32), userVerification: 'required' } })
        .then(() => 'shown', ({ name }) => name)`,
    );
    expect(next).toBe('shown');
    await review(visitor, 'internal-transfer');
    await visitor.click('approve-passkey');
    await visitor.see('proof');
  });
});
