import type { Page } from 'playwright-core';
import type { DemoUser, ProductSlug } from './browser-flows.js';
import { addPasskey, enterSecurityCenter, portalLink, signInByCode } from './browser-flows.js';
import type { Visitor } from './browser-visitor.js';
import type { KillableService } from './killable-service.js';

type Look = (what: string, page: Page) => Promise<void>;

/** As many as lock an account. */
const FAILURES = 10;

export interface Troubled {
  readonly visitor: Visitor;
  /** The same person on a device that is new to the account. */
  readonly elsewhere: Visitor;
  readonly service: KillableService;
  readonly rp: ProductSlug;
}

/** Walks through all that the pages of a product show of troubles and ways out of them, and has a look at each. */
export async function tourOfTroubles(
  { visitor, elsewhere, service, rp }: Troubled,
  look: Look,
): Promise<void> {
  const user = await enterSecurityCenter(visitor, rp);
  await addPasskey(visitor, user);
  await reset(visitor, look);
  await stoppedAction(visitor, rp, look);
  await visitor.find('device-remove').first().click();
  await visitor.see('device-remove-confirm');
  await look('device about to be removed', visitor.page);
  await visitor.click('device-remove-cancel');
  await failedSignIn(visitor, rp, user, look);
  await signInElsewhere({ visitor, elsewhere, service, rp }, user, look);
  await lockOut({ visitor, elsewhere, service, rp }, user, look);
}

async function reset(visitor: Visitor, look: Look): Promise<void> {
  const { page } = visitor;
  await visitor.click('help-toggle');
  await look('help', page);
  await visitor.click('help-lost-device');
  await visitor.see('help-answer', 'device-lost');
  await look('answer of the help', page);
  await visitor.click('way-reset');
  await visitor.see('reset-begin');
  await look('reset explained', page);
  await visitor.click('reset-begin');
  const [check] = await Promise.all([visitor.context.waitForEvent('page'), visitor.click('face-open')]);
  await check.getByTestId('simulator-retry').click();
  await check.getByTestId('simulator-sent').filter({ hasText: /./u }).waitFor();
  await look('simulator', check);
  await visitor.see('face-notice');
  await look('face check to be tried again', page);
  await check.getByTestId('simulator-passed').click();
  await visitor.see('create-passkey');
  await check.close();
  await look('new passkey about to be created', page);
  await visitor.click('dialog-close');
  await visitor.see('reset-window');
  await look('reset to be finished', page);
  await visitor.click('reset-continue');
  await visitor.click('create-passkey');
  await visitor.see('reset-cooling-off');
  await look('after the reset', page);
}

async function stoppedAction(visitor: Visitor, rp: ProductSlug, look: Look): Promise<void> {
  await visitor.find('try-action').selectOption(rp === 'mpchat' ? 'onchain-withdrawal' : 'withdraw-funds');
  await visitor.click('try-approve');
  await visitor.see('approve-notice', 'step-up-denied');
  await look('action stopped', visitor.page);
  await visitor.click('dialog-close');
}

async function failedSignIn(visitor: Visitor, rp: ProductSlug, user: DemoUser, look: Look): Promise<void> {
  const { page } = visitor;
  await visitor.authenticator.recognizesUser(false);
  await page.goto(`/?again#${rp}`);
  await visitor.click('sign-in-passkey');
  await visitor.see('way-password');
  await look('sign-in that failed', page);
  await visitor.click('way-password');
  await visitor.see('fallback-identifier');
  await look('ways to sign in', page);
  await visitor.fill('fallback-identifier', user.email);
  await visitor.click('fallback-password');
  await visitor.fill('fallback-password-input', 'guess');
  await visitor.click('fallback-verify');
  await visitor.see('fallback-code-notice', 'wrong-code');
  await look('wrong password', page);
  await visitor.authenticator.recognizesUser(true);
}

async function signInElsewhere(
  { visitor, elsewhere, rp }: Troubled,
  user: DemoUser,
  look: Look,
): Promise<void> {
  const { page } = visitor;
  await signInByCode(elsewhere, rp, user);
  if (rp === 'mpchat') {
    await elsewhere.see('signed-in');
    await look('signed in by a code', elsewhere.page);
    return;
  }
  await elsewhere.see('match-number');
  await look('approval waited for', elsewhere.page);
  await page.goto(await portalLink(visitor, rp, user));
  await visitor.see('approval-open');
  await visitor.see('device-current');
  await look('approval asked for', page);
  await elsewhere.click('approval-lost');
  await look('trusted devices lost', elsewhere.page);
  await elsewhere.click('recovery-start');
  await elsewhere.see('recovery-password');
  await look('second way', elsewhere.page);
  await elsewhere.click('recovery-password');
  await elsewhere.fill('recovery-password-input', 'demo-password');
  await elsewhere.click('recovery-verify');
  await elsewhere.find('recovery-dialog').waitFor({ state: 'detached' });
  await look('recovery waited for', elsewhere.page);
  await visitor.see('approval-recovering');
  await look('recovery to be refused', page);
  await visitor.fill('approval-number', await elsewhere.read('match-number'));
  await visitor.click('approval-approve');
  await visitor.see('approve-passkey');
  await look('approval of a sign-in', page);
  await visitor.click('approve-passkey');
  await elsewhere.see('signed-in');
  await look('signed in after an approval', elsewhere.page);
}

async function lockOut({ visitor, service, rp }: Troubled, user: DemoUser, look: Look): Promise<void> {
  const path = `/v1/${rp}/accounts/${user.accountId}/security-checks/attest`;
  const failed = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
  for (let time = 0; time < FAILURES; time++) {
    await service.post('POST', path, `${user.accountId} ${time}`, failed);
  }
  await visitor.page.goto('about:blank');
  await visitor.page.goto(await portalLink(visitor, rp, user));
  await visitor.see('account-locked');
  await look('account locked', visitor.page);
  if (rp === 'mpchat') return;
  await visitor.click('add-passkey');
  await visitor.see('factor-advice');
  await look('no factor while locked', visitor.page);
  await visitor.click('dialog-close');
}
