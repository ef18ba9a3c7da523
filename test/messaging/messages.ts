import type {
  CodeMessage,
  CodeUse,
  Message,
  Notice,
  NoticeMessage,
} from '../../src/application/ports/messaging.js';
import { MINUTE } from '../../src/domain/kernel/time.js';
import { mpchat } from '../support/shipped-policies.js';

export const AT = Date.UTC(2026, 10, 21, 15, 41);

export function codeMessage(
  use: CodeUse = { kind: 'bind-passkey' },
  change: Partial<CodeMessage> = {},
): Message {
  return {
    rp: mpchat.slug,
    channel: 'sms',
    to: '+8618591234565',
    purpose: 'code',
    code: '042517',
    use,
    lifetime: 10 * MINUTE,
    locale: 'en',
    ...change,
  };
}

export function noticeMessage(notice: Notice, change: Partial<NoticeMessage> = {}): Message {
  return {
    rp: mpchat.slug,
    channel: 'email',
    to: 'li@example.com',
    purpose: 'notice',
    id: 'notice.event-1.0.email.now',
    notice,
    locale: 'en',
    at: AT,
    ...change,
  };
}
