import { describe, expect, it } from '@jest/globals';
import { addPasskey, becomeDemoUser } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

describe('M2: the two entry points of MPChat', () => {
  const stories = browserStories();

  it('are the wallet, whose compliance step a passkey is, and which it leads back to', async () => {
    const visitor = await stories.visitor();
    const user = await becomeDemoUser(visitor, 'mpchat');
    expect(await visitor.read('open-wallet-onboarding-state')).toBe('To do');
    await visitor.click('open-wallet-onboarding');
    await visitor.see('passkeys-empty');
    expect(await visitor.read('purpose-text')).toBe('Use a Passkey to open your wallet');
    await addPasskey(visitor, user);

    await visitor.see('continue-to-product', 'Continue to MPChat');
    await visitor.authenticator.answersPrompts(false);
    await visitor.click('continue-to-product');
    await visitor.see('open-wallet-onboarding-state', 'Done');
  });

  it('are the Security Center, which is no such step and stays where it is', async () => {
    const visitor = await stories.visitor();
    const user = await becomeDemoUser(visitor, 'mpchat');
    await visitor.click('open-security-center');
    await visitor.see('passkeys-empty');
    expect(await visitor.read('purpose-text')).toBe('Use a Passkey to verify');
    await addPasskey(visitor, user);

    await visitor.see('toast', 'Added successfully');
    expect(await visitor.find('continue-to-product').count()).toBe(0);
    await visitor.authenticator.answersPrompts(false);
    await visitor.click('sign-out');
    await visitor.see('open-wallet-onboarding-state', 'To do');
  });
});
