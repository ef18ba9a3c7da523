import type { Factor } from '../../domain/account/events.js';
import { unreachable } from '../../domain/kernel/exhaustive.js';
import type { CodeTold, NoticeTold, Wording } from './wording.js';

/** Simplified Chinese. */
export const CHINESE: Wording = {
  language: 'zh-CN',
  colon: '：',
  space: '',
  code: ({ channel, code, minutes, product, use }) => ({
    subject: `您的 ${product} 验证码`,
    text:
      `【${product}】验证码 ${code}，用于${approved(use, channel)}，${minutes} 分钟内有效。` +
      `请勿告诉任何人：${product} 不会向您索要验证码。如非本人操作，请勿在任何地方输入。`,
  }),
  notice: told,
  passkey,
  factor: (factor) => FACTORS[factor],
  repudiation: (instructions) => `如非本人操作：${instructions}`,
  closing: (product) =>
    `此消息会发送到您账户所有已确认的手机号和邮箱。${product} 绝不会在消息中向您索要验证码或密码。`,
};

function approved(use: CodeTold['use'], channel: CodeTold['channel']): string {
  switch (use.kind) {
    case 'bind-passkey':
      return '为您的账户添加通行密钥';
    case 'sign-in':
      return '登录';
    case 'change-factors':
      return '更改您账户的验证方式';
    case 'confirm-factor':
      return `确认此${FACTORS[channel]}`;
    case 'step-up':
      return use.approves;
    default:
      return unreachable(use);
  }
}

function told({ moment, notice, when }: NoticeTold): ReturnType<Wording['notice']> {
  switch (notice.kind) {
    case 'passkey-added':
      return {
        subject: '已添加通行密钥',
        happened: `${passkey(notice.passkeyName)}已于 ${when} 添加到您的账户。`,
      };
    case 'passkey-removed':
      return {
        subject: '已移除通行密钥',
        happened: `${passkey(notice.passkeyName)}已于 ${when} 从您的账户移除。`,
      };
    case 'factor-added':
      return {
        subject: `已添加${FACTORS[notice.factor]}`,
        happened: `您用于验证的${FACTORS[notice.factor]}已于 ${when} 添加。`,
      };
    case 'factor-changed':
      return {
        subject: `已更改${FACTORS[notice.factor]}`,
        happened: `您用于验证的${FACTORS[notice.factor]}已于 ${when} 更改。`,
      };
    case 'factor-removed':
      return {
        subject: `已移除${FACTORS[notice.factor]}`,
        happened: `您用于验证的${FACTORS[notice.factor]}已于 ${when} 移除。`,
      };
    case 'factor-disabled':
      return {
        subject: `您的${FACTORS[notice.factor]}已停用`,
        happened: `由于连续输入错误次数过多，您的${FACTORS[notice.factor]}自 ${when} 起不再用于验证。请重新确认，或联系客服。通行密钥仍可使用。`,
      };
    case 'factor-reinstated':
      return {
        subject: `您的${FACTORS[notice.factor]}已恢复`,
        happened: `您的${FACTORS[notice.factor]}自 ${when} 起重新用于验证。`,
      };
    case 'reset-requested':
      return {
        subject: '已申请重置您的通行密钥',
        happened: `已于 ${when} 申请通过人脸核验重置您的通行密钥。核验通过前，您的通行密钥仍可使用，并可取消此次重置。`,
      };
    case 'reset-completed':
      return {
        subject: '您的通行密钥已重置',
        happened: `您的通行密钥已于 ${when} 通过重置移除。您可在 ${moment(notice.windowUntil)} 之前添加新的通行密钥。${moment(notice.coolingOffUntil)} 之前敏感操作将暂停，已移除的通行密钥可对重置提出异议。`,
      };
    case 'reset-cancelled':
      return { subject: '通行密钥重置已取消', happened: `您的通行密钥重置已于 ${when} 取消。` };
    case 'reset-rejected':
      return {
        subject: '通行密钥重置未通过',
        happened: `您的通行密钥重置的人脸核验于 ${when} 未通过。您的通行密钥仍可使用。`,
      };
    case 'reset-expired':
      return {
        subject: '通行密钥重置已过期',
        happened: `您的通行密钥重置已于 ${when} 结束，人脸核验未通过。您的通行密钥仍可使用。`,
      };
    case 'reset-disputed':
      return {
        subject: '通行密钥重置被提出异议',
        happened: `被重置移除的通行密钥已于 ${when} 对重置提出异议。您的账户已锁定，需联系客服解锁。`,
      };
    case 'account-locked':
      return {
        subject: '您的账户已锁定',
        happened: `验证码或密码输入错误次数过多，已锁定至 ${moment(notice.until)}。通行密钥仍可使用。`,
      };
    case 'account-unlocked':
      return { subject: '您的账户已解锁', happened: `您账户的验证码和密码已于 ${when} 解锁。` };
    case 'dispute-settled':
      return {
        subject: '您的账户已解锁',
        happened: `您的账户曾因重置被提出异议而锁定，客服已于 ${when} 解锁。您可再次重置以添加新的通行密钥。`,
      };
    case 'liveness-subject-changed':
      return {
        subject: '可重置您通行密钥的人脸已更换',
        happened: `可通过人脸核验重置您通行密钥的身份认证已于 ${when} 更换。`,
      };
    case 'device-trusted':
      return {
        subject: '新设备已受信任',
        happened: `一台新设备已于 ${when} 登录您的账户，今后将受信任。`,
      };
    case 'sign-in-denied':
      return {
        subject: '登录请求已被拒绝',
        happened: `一台新设备登录您账户的请求已于 ${when} 被拒绝。`,
      };
    case 'sign-in-recovery-started':
      return {
        subject: '有人请求在没有受信任设备的情况下登录',
        happened: `有人于 ${when} 请求在新设备上登录，且未使用您的任何受信任设备。除非您事先在受信任设备上拒绝，该登录将于 ${moment(notice.approvedFrom)} 生效。`,
      };
    default:
      return unreachable(notice);
  }
}

function passkey(name: string | null): string {
  return name === null ? '一个通行密钥' : `通行密钥“${name}”`;
}

const FACTORS: Readonly<Record<Factor, string>> = {
  sms: '手机号',
  email: '邮箱',
  totp: '身份验证器应用',
  password: '密码',
};
