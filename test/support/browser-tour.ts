import type { ProductSlug } from './browser-flows.js';
import { becomeDemoUser, codeSentTo, passCheck, portalLink } from './browser-flows.js';
import type { Visitor } from './browser-visitor.js';

const TOO_OLD = { platform: 'ios', osVersion: '15.2' };

/** Walks through all that the pages of a product can show, and has a look at each. */
export async function tour(
  visitor: Visitor,
  rp: ProductSlug,
  look: (what: string) => Promise<void>,
): Promise<void> {
  const { page } = visitor;
  await page.goto(`/#${rp}`);
  await visitor.see('demo-create');
  await look('start page');
  const user = await becomeDemoUser(visitor, rp, TOO_OLD);
  await look('start page with a new user');

  await visitor.click('open-security-center');
  await visitor.see('passkeys-empty');
  await visitor.see('activity-entry');
  await look('empty list');
  await visitor.click('add-passkey');
  await visitor.see('device-problem-os-too-old');
  await look('device too old');

  await page.goto('/security-center');
  await visitor.click('add-passkey');
  await visitor.see('factor-sms');
  await look('choice of factors');
  await visitor.click('factor-sms');
  await visitor.fill('code-input', 'no code');
  await visitor.click('code-verify');
  await visitor.see('code-notice', 'wrong-code');
  await look('wrong code');
  await visitor.fill('code-input', await codeSentTo(visitor, user.phone));
  await visitor.click('code-verify');
  await visitor.see('create-passkey');
  await look('passkey about to be created');
  await visitor.authenticator.recognizesUser(false);
  await visitor.click('create-passkey');
  // A time is in it, whatever the language.
  await visitor.see('grant-kept', ':');
  await look('prompt closed');
  await visitor.authenticator.recognizesUser(true);
  await visitor.click('create-passkey');
  await visitor.see('toast');
  await look('list of one');
  await visitor.click('passkey-rename');
  await visitor.see('rename-count');
  await look('passkey being renamed');
  await visitor.click('rename-cancel');

  await visitor.find('try-action').selectOption(rp === 'mpchat' ? 'onchain-withdrawal' : 'withdraw-funds');
  await visitor.click('try-approve');
  await visitor.see('approve-passkey');
  await look('approval');
  await visitor.click('approve-passkey');
  if (rp === 'mpchat') {
    await visitor.see('factor-email');
    await look('approval with a second factor');
    await passCheck(visitor, user, 'email');
  }
  await visitor.see('proof');
  await look('proof');
  if (rp === 'moomoo') {
    await visitor.click('passkey-remove');
    await visitor.see('remove-confirm');
    await look('removal');
    await visitor.click('remove-cancel');
  }

  await page.goto(`/?again#${rp}`);
  await visitor.see('signed-in');
  await visitor.click('outbox-toggle');
  await visitor.see('outbox-message');
  await look('start page signed in');
  await page.goto('/outbox');
  await visitor.see('outbox-message');
  await look('outbox');
  const link = await portalLink(visitor, rp, user);
  await page.goto(link);
  await visitor.see('passkey');
  await page.goto('about:blank');
  await page.goto(link);
  await visitor.see('session-ended');
  await look('link used before');
}
