import { describe, expect, it } from '@jest/globals';
import { enterSecurityCenter, enterWithPasskey } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

/** As the policy says which may be used before a passkey is bound. */
const OFFERED = { mpchat: ['sms', 'email', 'totp'], moomoo: ['sms'] } as const;

describe('the factors to prove an account by', () => {
  const stories = browserStories();

  it.each(['mpchat', 'moomoo'] as const)(
    'M5: are those of %s, with their destinations masked',
    async (rp) => {
      const visitor = await stories.visitor();
      const user = await enterSecurityCenter(visitor, rp);
      await visitor.click('add-passkey');
      await visitor.see('factor-sms');
      const offered = await visitor.find('add-dialog').locator('[data-testid^=factor-]:is(button)').all();
      const names = await Promise.all(offered.map((choice) => choice.getAttribute('data-testid')));
      expect(names).toStrictEqual(OFFERED[rp].map((factor) => `factor-${factor}`));
      const sms = await visitor.read('factor-sms');
      expect(sms).toContain(user.phone.slice(-2));
      expect(sms).not.toContain(user.phone.slice(2));
      if (rp === 'mpchat') expect(await visitor.read('factor-email')).not.toContain(user.email);
    },
  );

  it.each([
    ['mpchat', 'Remove one, and it is signed out.'],
    ['moomoo', 'must be approved on one that is.'],
  ] as const)('F11: stand beside what the devices of %s are for, as its policy has it', async (rp, said) => {
    const visitor = await stories.visitor();
    await enterWithPasskey(visitor, rp);
    await visitor.see('devices-text', said);
  });

  it('M5: are one of three at MPChat, the authenticator app among them', async () => {
    const visitor = await stories.visitor();
    await enterSecurityCenter(visitor, 'mpchat');
    const app = await visitor.anotherTab();
    await app.page.goto('/outbox');
    await app.see('totp-copy');
    await visitor.click('add-passkey');
    await visitor.click('factor-totp');
    await visitor.see('code-sent', 'that your authenticator app shows');
    const code = (await app.find('totp-copy').getAttribute('data-code')) ?? '';
    // A prompt comes up in the tab that is in front.
    await app.page.close();
    await visitor.fill('code-input', code);
    await visitor.click('code-verify');
    await visitor.click('create-passkey');

    await visitor.see('passkey');
  });
});
