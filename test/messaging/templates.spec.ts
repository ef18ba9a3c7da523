import { describe, expect, it } from '@jest/globals';
import type { CodeUse, Notice } from '../../src/application/ports/messaging.js';
import type { RelyingParty } from '../../src/domain/policy/relying-party.js';
import { HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { htmlOf } from '../../src/infrastructure/messaging/email-html.js';
import { rendered } from '../../src/infrastructure/messaging/templates.js';
import { moomoo, mpchat } from '../support/shipped-policies.js';
import { AT, codeMessage, noticeMessage } from './messages.js';

describe('a message with a code', () => {
  it.each<[CodeUse, string]>([
    [{ kind: 'bind-passkey' }, 'add a passkey to your account'],
    [{ kind: 'sign-in' }, 'sign in'],
    [{ kind: 'change-factors' }, 'change how your account is verified'],
    [{ kind: 'confirm-factor' }, 'confirm this phone number'],
    [{ kind: 'step-up', approves: 'withdraw 10 USDT to 0xabc' }, 'withdraw 10 USDT to 0xabc'],
  ])('for %j says what it approves, and not to share it', (use, approves) => {
    expect(rendered(mpchat, codeMessage(use))).toStrictEqual({
      message: codeMessage(use),
      productName: 'MPChat',
      language: 'en-GB',
      subject: 'Your MPChat verification code',
      text:
        `MPChat: 042517 is your code to ${approves}. It is valid for 10 minutes. Never share it: MPChat will not ask you for it. ` +
        'If you did not request it, do not enter it anywhere.',
    });
  });

  it('names the other product in its own words', () => {
    const { subject, text } = rendered(moomoo, codeMessage({ kind: 'confirm-factor' }, { channel: 'email' }));
    expect(subject).toBe('Your moomoo verification code');
    expect(text).toMatch(/^moomoo: 042517 is your code to confirm this email address\. /);
  });

  it('counts one minute as one, and never says none', () => {
    expect(rendered(mpchat, codeMessage(undefined, { lifetime: MINUTE })).text).toContain('for 1 minute.');
    expect(rendered(mpchat, codeMessage(undefined, { lifetime: 1 })).text).toContain('for 1 minute.');
  });

  it('does not show the code in the subject, which locked screens show', () => {
    expect(rendered(mpchat, codeMessage()).subject).not.toContain('042517');
  });

  it('keeps a parameter from breaking the line or turning the direction', () => {
    const approves = 'withdraw 10 USDT to 0x\r\n\r\nYour code was cancelled.\u202E\u2028\uD83D';
    const { text } = rendered(mpchat, codeMessage({ kind: 'step-up', approves }));
    expect(text).toContain('withdraw 10 USDT to 0x Your code was cancelled. \uFFFD. It is valid');
  });
});

describe('a notice', () => {
  const when = '21 Nov 2026, 23:41 GMT+8';

  it.each<[Notice, string, string]>([
    [
      { kind: 'passkey-added', passkeyName: 'iPhone 15 Pro' },
      'a passkey was added',
      `the passkey "iPhone 15 Pro" was added to your account on ${when}.`,
    ],
    [
      { kind: 'passkey-removed', passkeyName: 'iPhone 15 Pro' },
      'a passkey was removed',
      `the passkey "iPhone 15 Pro" was removed from your account on ${when}.`,
    ],
    [
      { kind: 'factor-added', factor: 'totp' },
      'your authenticator app was added',
      `your authenticator app was added for verification on ${when}.`,
    ],
    [
      { kind: 'factor-changed', factor: 'sms' },
      'your phone number was changed',
      `your phone number for verification was changed on ${when}.`,
    ],
    [
      { kind: 'factor-removed', factor: 'email' },
      'your email address was removed',
      `your email address was removed from verification on ${when}.`,
    ],
    [
      { kind: 'passkey-removed', passkeyName: null },
      'a passkey was removed',
      `a passkey was removed from your account on ${when}.`,
    ],
    [
      { kind: 'account-unlocked' },
      'your account is unlocked',
      `codes and passwords were unlocked for your account on ${when}.`,
    ],
    [
      { kind: 'liveness-subject-changed' },
      'another face now resets your passkeys',
      `the identity check whose face can reset your passkeys was replaced on ${when}.`,
    ],
    [
      { kind: 'account-locked', until: AT + HOUR },
      'your account is locked',
      'too many wrong codes or passwords were entered, so these stay locked until 22 Nov 2026, 00:41 GMT+8. A passkey still works.',
    ],
  ])('%j tells what happened and how to repudiate it', (notice, subject, happened) => {
    const email = rendered(mpchat, noticeMessage(notice));
    const sms = rendered(mpchat, noticeMessage(notice, { channel: 'sms', to: '+8618591234565' }));
    const told = `MPChat: ${happened} If this was not you: open MPChat > My > Security Center at once, reset your Passkey there and contact MPChat support.`;
    expect([email.subject, sms.text]).toStrictEqual([`MPChat: ${subject}`, told]);
    expect(email.text).toBe(
      `${told} You get this message at every confirmed phone number and email address of your account. MPChat never asks for a code or a password in a message.`,
    );
  });

  it('is told in the product’s time zone and with its own way to repudiate', () => {
    const { text } = rendered(moomoo, noticeMessage({ kind: 'passkey-added', passkeyName: 'Mac' }));
    expect(text).toContain('on 21 Nov 2026, 10:41 GMT-5.');
    expect(text).toContain('If this was not you: open moomoo > Me > Settings > Passwords & Security at once');
  });
});

describe('a notice in the product’s own words', () => {
  const own: RelyingParty = {
    ...mpchat,
    texts: {
      ...mpchat.texts,
      notices: {
        'passkey-added': {
          subject: { en: 'New passkey {when}', zh: '新通行密钥' },
          happened: { en: 'Hello! {passkey} can sign in from {when}.', zh: '{passkey}可以登录了。' },
        },
        'reset-completed': { subject: 'Reset', happened: 'Until {windowUntil}, {coolingOffUntil}.' },
      },
    },
  };
  const added = { kind: 'passkey-added', passkeyName: '{when}\r\n\u202E' } as const;
  const when = '21 Nov 2026, 23:41 GMT+8';

  it('says them between the product’s name and what to do, in the account’s language', () => {
    const { subject, text } = rendered(own, noticeMessage(added));
    expect(subject).toBe(`MPChat: New passkey ${when}`);
    expect(text).toContain(
      `MPChat: Hello! the passkey "{when} " can sign in from ${when}. If this was not you: `,
    );
    const chinese = rendered(own, noticeMessage(added, { locale: 'zh' }));
    expect(chinese.text).toContain('MPChat：通行密钥“{when} ”可以登录了。如非本人操作：');
    const reset = { kind: 'reset-completed', windowUntil: AT, coolingOffUntil: AT + HOUR } as const;
    expect(rendered(own, noticeMessage(reset)).text).toContain(`Until ${when}, 22 Nov 2026, 00:41 GMT+8.`);
  });

  it('leaves the others in the service’s', () => {
    expect(rendered(own, noticeMessage({ kind: 'account-unlocked' }))).toStrictEqual(
      rendered(mpchat, noticeMessage({ kind: 'account-unlocked' })),
    );
  });
});

describe('in Chinese', () => {
  const when = '2026年11月21日 GMT+8 23:41';
  const repudiation =
    '如非本人操作：请立即打开 MPChat > 我的 > 安全中心，在那里重置您的通行密钥，并联系 MPChat 客服。';

  it.each<[CodeUse, string]>([
    [{ kind: 'bind-passkey' }, '为您的账户添加通行密钥'],
    [{ kind: 'sign-in' }, '登录'],
    [{ kind: 'change-factors' }, '更改您账户的验证方式'],
    [{ kind: 'confirm-factor' }, '确认此手机号'],
    [{ kind: 'step-up', approves: '将 10 USDT 提取到 0xabc' }, '将 10 USDT 提取到 0xabc'],
  ])('a code for %j says what it approves, and not to share it', (use, approves) => {
    const { language, subject, text } = rendered(mpchat, codeMessage(use, { locale: 'zh' }));
    expect([language, subject, text]).toStrictEqual([
      'zh-CN',
      '您的 MPChat 验证码',
      `【MPChat】验证码 042517，用于${approves}，10 分钟内有效。请勿告诉任何人：MPChat 不会向您索要验证码。如非本人操作，请勿在任何地方输入。`,
    ]);
  });

  it.each<[Notice, string, string]>([
    [
      { kind: 'passkey-added', passkeyName: '我的手机' },
      '已添加通行密钥',
      `通行密钥“我的手机”已于 ${when} 添加到您的账户。`,
    ],
    [
      { kind: 'passkey-removed', passkeyName: null },
      '已移除通行密钥',
      `一个通行密钥已于 ${when} 从您的账户移除。`,
    ],
    [
      { kind: 'factor-added', factor: 'totp' },
      '已添加身份验证器应用',
      `您用于验证的身份验证器应用已于 ${when} 添加。`,
    ],
    [{ kind: 'factor-changed', factor: 'sms' }, '已更改手机号', `您用于验证的手机号已于 ${when} 更改。`],
    [{ kind: 'factor-removed', factor: 'email' }, '已移除邮箱', `您用于验证的邮箱已于 ${when} 移除。`],
    [
      { kind: 'account-locked', until: AT + HOUR },
      '您的账户已锁定',
      '验证码或密码输入错误次数过多，已锁定至 2026年11月22日 GMT+8 00:41。通行密钥仍可使用。',
    ],
    [{ kind: 'account-unlocked' }, '您的账户已解锁', `您账户的验证码和密码已于 ${when} 解锁。`],
  ])('%j tells what happened and how to repudiate it', (notice, subject, happened) => {
    const message = rendered(mpchat, noticeMessage(notice, { channel: 'sms', locale: 'zh' }));
    expect([message.subject, message.text]).toStrictEqual([
      `MPChat：${subject}`,
      `MPChat：${happened}${repudiation}`,
    ]);
  });

  it('an email says that it is Chinese, and where else it went', () => {
    const message = rendered(mpchat, noticeMessage({ kind: 'account-unlocked' }, { locale: 'zh' }));
    expect(message.text).toContain('此消息会发送到您账户所有已确认的手机号和邮箱。');
    expect(htmlOf(message)).toContain('<html lang="zh-CN">');
  });
});

describe('the HTML of an email', () => {
  it('shows the code apart and holds no link or image', () => {
    const html = htmlOf(rendered(mpchat, codeMessage(undefined, { channel: 'email' })));
    expect(html).toContain('letter-spacing:4px">042517</p>');
    expect(html).not.toMatch(/<(a|img|script|link|iframe)\b|https?:/i);
  });

  it('shows a hostile name as text', () => {
    const passkeyName = `<img src=x onerror="a('&')">`;
    const html = htmlOf(rendered(mpchat, noticeMessage({ kind: 'passkey-added', passkeyName })));
    expect(html).toContain('&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;');
    expect(html).not.toContain('<img');
  });

  it('shows no code in a notice', () => {
    const html = htmlOf(rendered(mpchat, noticeMessage({ kind: 'factor-changed', factor: 'sms' })));
    expect(html).not.toContain('monospace');
  });
});
