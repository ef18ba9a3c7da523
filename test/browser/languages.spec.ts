import { describe, expect, it } from '@jest/globals';
import {
  addPasskey,
  becomeDemoUser,
  enterSecurityCenter,
  enterWithPasskey,
} from '../support/browser-flows.js';
import { browserStories } from '../support/browser-stories.js';

describe('B9: the language of the pages', () => {
  const stories = browserStories();

  it('is the browser’s: Chinese from the start page to the passkey', async () => {
    const visitor = await stories.visitor({ locale: 'zh-CN' });
    const { page } = visitor;
    const user = await enterSecurityCenter(visitor, 'mpchat');
    expect(await visitor.read('purpose-text')).toBe('使用通行密钥进行验证');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    expect(await page.title()).toBe('安全中心 · MPChat');
    expect(await visitor.read('account-id')).toBe(`账户 ${user.accountId}`);
    await addPasskey(visitor, user);

    await visitor.see('toast', '添加成功');
    expect(await visitor.read('passkey-kind')).toBe('已同步');
    expect(await visitor.find('activity-entry').locator('p').allInnerTexts()).toStrictEqual([
      '信任了一台设备',
      '添加了通行密钥',
      '验证码已通过',
      '账户已开通',
    ]);
  });

  it.each([
    {
      rp: 'mpchat',
      action: 'onchain-withdrawal',
      title: '链上提现',
      labels: ['金额', '资产', '地址'],
      sentence: /^将 250\.00 USDT 提取到 /u,
    },
    {
      rp: 'moomoo',
      action: 'withdraw-funds',
      title: '提取资金',
      labels: ['金额', '币种', '收款账户'],
      sentence: /^将 250\.00 USD 提取到 /u,
    },
  ] as const)(
    'is Chinese for what $rp calls its actions',
    async ({ rp, action, title, labels, sentence }) => {
      const visitor = await stories.visitor({ locale: 'zh-CN' });
      const { page } = visitor;
      await enterWithPasskey(visitor, rp);
      await visitor.find('try-action').selectOption({ label: title });
      expect(await visitor.find('try-action').inputValue()).toBe(action);
      const form = page.locator('form', { has: visitor.find('try-action') });
      expect(await form.locator('.field-grid label').allInnerTexts()).toStrictEqual(labels);
      await visitor.click('try-approve');
      await visitor.see('approve-passkey');
      expect(await visitor.find('approve-summary').locator('dt').allInnerTexts()).toStrictEqual(labels);
      expect(await visitor.read('approve-summary')).toMatch(sentence);
      await visitor.click('approve-passkey');
      if (rp === 'mpchat') return;
      await visitor.see('proof');
      const bound = visitor.find('proof').locator('dl').first();
      expect(await bound.locator('dt').allInnerTexts()).toStrictEqual(labels);
    },
  );

  it('is Chinese for a refusal too', async () => {
    const visitor = await stories.visitor({ locale: 'zh-HK' });
    await enterSecurityCenter(visitor, 'mpchat');
    await visitor.click('add-passkey');
    await visitor.click('factor-sms');
    await visitor.fill('code-input', 'no code');
    await visitor.click('code-verify');

    await visitor.see('code-notice', '验证码错误。还可以再试 4 次。');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['422 wrong-code']);
  });

  it('is English where the browser speaks neither', async () => {
    const visitor = await stories.visitor({ locale: 'pt-BR' });
    await visitor.page.goto('/');
    await visitor.see('language-zh-Hans', '中文');
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('can be switched, and the choice is remembered on every page', async () => {
    const visitor = await stories.visitor();
    const { page } = visitor;
    await becomeDemoUser(visitor, 'moomoo');
    await visitor.click('language-zh-Hans');
    await visitor.see('language-en', 'English');
    await visitor.see('open-security-center', '安全中心');
    await visitor.click('open-security-center');
    await visitor.see('passkeys-empty', '您还没有添加通行密钥');
    await page.goto('/outbox');
    await page.getByRole('heading', { name: '发件箱' }).waitFor();

    await visitor.click('language-en');
    await page.getByRole('heading', { name: 'Outbox' }).waitFor();
    await page.goto('/security-center');
    await visitor.see('passkeys-empty', "You haven't added a passkey yet");
  });
});
