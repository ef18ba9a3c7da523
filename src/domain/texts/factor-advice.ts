import type { Instant } from '../kernel/time.js';
import type { Language } from './language.js';
import { momentIn } from './moment.js';

/** Why there is no factor to choose. */
export type NoFactor =
  | { readonly why: 'locked'; readonly until: Instant }
  | { readonly why: 'disputed' | 'reset-required' | 'none' };

/** What to do where there is no factor to choose, in a sentence for the user. */
export function factorAdvice(none: NoFactor, language: Language, timeZone: string): string {
  return language === 'zh' ? chinese(none, timeZone) : english(none, timeZone);
}

function english(none: NoFactor, timeZone: string): string {
  switch (none.why) {
    case 'locked':
      return `Too many wrong entries: codes are accepted again from ${momentIn(none.until, 'en-GB', timeZone)}.`;
    case 'disputed':
      return 'The account is locked because a reset was disputed. Contact support.';
    case 'reset-required':
      return 'The passkeys were reset. Finish the reset within its time, or ask for a new one: a code adds no passkey now.';
    case 'none':
      return 'None of the ways to prove this account is set up. Sign in and recover it by SMS or email first, then come back.';
  }
}

function chinese(none: NoFactor, timeZone: string): string {
  switch (none.why) {
    case 'locked':
      return `输入错误次数过多：${momentIn(none.until, 'zh-CN', timeZone)} 之后才可再次使用验证码。`;
    case 'disputed':
      return '由于重置被提出异议，账户已锁定。请联系客服。';
    case 'reset-required':
      return '通行密钥已被重置。请在时限内完成重置，或重新申请重置：目前无法用验证码添加通行密钥。';
    case 'none':
      return '此账户尚未设置任何验证方式。请先登录并通过短信或邮箱恢复账户，然后再回来。';
  }
}
