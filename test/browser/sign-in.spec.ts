import { describe, expect, it } from '@jest/globals';
import { becomeDemoUser, enterWithPasskey } from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

/** Of the authenticator data, which a signature covers (WebAuthn L3 §6.1). */
const FLAGS_AT = 32;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

describe('signing in with a passkey', () => {
  const stories = browserStories();

  describe.each(['mpchat', 'moomoo'] as const)('at %s', (rp) => {
    const elsewhere = rp === 'mpchat' ? 'moomoo' : 'mpchat';

    it('needs no user name, for the autofill of its field offers the passkey', async () => {
      const visitor = await stories.visitor();
      const user = await enterWithPasskey(visitor, rp);
      await visitor.page.goto(`/?again#${rp}`);

      await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
    });

    it('needs no user name by the button either, and the list tells of the use', async () => {
      const startedAt = Date.now();
      const visitor = await stories.visitor();
      const user = await enterWithPasskey(visitor, rp);
      expect(await visitor.read('passkey-last-used')).toBe('Not used yet');
      // Nobody answers the offer in the autofill; the button takes over from it.
      await visitor.authenticator.answersPrompts(false);
      const offered = visitor.page.waitForResponse((answer) => answer.url().endsWith(`/${rp}/sign-ins`));
      await visitor.page.goto(`/?again#${rp}`);
      await offered;
      await visitor.authenticator.answersPrompts(true);
      await visitor.click('sign-in-passkey');

      await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
      expect(await visitor.read('claim-acr')).toBe('Phishing-resistant (phr)');
      await visitor.click('open-security-center');
      const lastUsed = visitor.find('passkey-last-used').locator('time');
      expect(Date.parse((await lastUsed.getAttribute('datetime')) ?? '')).toBeGreaterThan(startedAt);
      await visitor.see('activity-entry', 'A passkey was used');
    });

    it('takes a user name where the browser has no autofill of passkeys', async () => {
      const visitor = await stories.visitor({ autofill: false });
      const user = await enterWithPasskey(visitor, rp);
      await visitor.page.goto(`/?again#${rp}`);
      await visitor.fill('sign-in-identifier', user.accountId);
      await visitor.click('sign-in-continue');

      await visitor.see('signed-in-as', `Signed in as ${user.accountId} with passkey`);
      expect(await visitor.read('claim-sub')).toBe(user.accountId);
      expect(await visitor.read('claim-aud')).toBe(rp);
    });

    it("is refused with somebody else's user name, and the device keeps the passkey", async () => {
      const visitor = await stories.visitor({ autofill: false });
      await enterWithPasskey(visitor, rp);
      const other = await becomeDemoUser(visitor, rp);
      await visitor.fill('sign-in-identifier', other.accountId);
      await visitor.click('sign-in-continue');

      await visitor.see('sign-in-notice', 'other-account');
      expect(await visitor.find('signed-in').count()).toBe(0);
      expect(await visitor.authenticator.passkeys()).toHaveLength(1);
      expect(await visitor.watch.takeRefusals()).toStrictEqual(['401 verification-failed']);
    });

    it(`is refused by ${elsewhere}, and the device keeps the passkey`, async () => {
      const visitor = await stories.visitor({ autofill: false });
      await enterWithPasskey(visitor, rp);
      await visitor.page.goto(`/?again#${elsewhere}`);
      await visitor.click('sign-in-passkey');

      await visitor.see('sign-in-notice', 'The passkey could not be verified.');
      expect(await visitor.find('signed-in').count()).toBe(0);
      expect(await visitor.authenticator.passkeys()).toHaveLength(1);
      expect(await visitor.watch.takeRefusals()).toStrictEqual(['401 verification-failed']);
    });
  });

  it('is refused without user verification, even where a page was made to ask for none', async () => {
    const visitor = await stories.visitor({ autofill: false });
    const { page, authenticator } = visitor;
    const user = await enterWithPasskey(visitor, 'mpchat');
    await authenticator.recognizesUser(false);
    await page.route('**/sign-ins', async (route) => {
      const response = await route.fetch();
      const ceremony = (await response.json()) as { publicKey: object };
      const publicKey = { ...ceremony.publicKey, userVerification: 'discouraged' };
      await route.fulfill({ response, json: { ...ceremony, publicKey } });
    });
    await page.goto('/?again#mpchat');
    await visitor.fill('sign-in-identifier', user.accountId);
    const [sent] = await Promise.all([
      page.waitForRequest('**/sign-ins/*/verify'),
      visitor.click('sign-in-continue'),
    ]);

    const { credential } = sent.postDataJSON() as {
      credential: { response: { authenticatorData: string } };
    };
    const flags = Buffer.from(credential.response.authenticatorData, 'base64url')[FLAGS_AT] ?? 0;
    expect(flags & (USER_PRESENT | USER_VERIFIED)).toBe(USER_PRESENT);
    await visitor.see('sign-in-notice', 'The passkey could not be verified.');
    expect(await visitor.find('signed-in').count()).toBe(0);
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['401 verification-failed']);
  });
});
