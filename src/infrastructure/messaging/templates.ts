import type { CodeFactor } from '../../domain/account/events.js';
import type { Channel, CodeMessage, Message, NoticeMessage } from '../../application/ports/messaging.js';
import { unreachable } from '../../domain/kernel/exhaustive.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';

export interface RenderedMessage {
  readonly message: Message;
  readonly productName: string;
  /** One line, without any code: it is shown on locked screens. */
  readonly subject: string;
  /** One paragraph of plain text. */
  readonly text: string;
}

export function rendered(policy: RelyingParty, message: Message): RenderedMessage {
  const words = message.purpose === 'code' ? codeWords(policy, message) : noticeWords(policy, message);
  return {
    message,
    productName: oneLine(policy.name),
    subject: oneLine(words.subject),
    text: oneLine(words.text),
  };
}

interface Words {
  readonly subject: string;
  readonly text: string;
}

function codeWords(policy: RelyingParty, { channel, code, use, lifetime }: CodeMessage): Words {
  const minutes = Math.max(1, Math.floor(lifetime / MINUTE));
  return {
    subject: `Your ${policy.name} verification code`,
    text:
      `${policy.name}: ${code} is your code to ${approved(use, channel)}. ` +
      `It is valid for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. ` +
      `Never share it: ${policy.name} will not ask you for it. If you did not request it, do not enter it anywhere.`,
  };
}

function approved(use: CodeMessage['use'], channel: Channel): string {
  switch (use.kind) {
    case 'bind-passkey':
      return 'add a passkey to your account';
    case 'sign-in':
      return 'sign in';
    case 'change-factors':
      return 'change how your account is verified';
    case 'confirm-factor':
      return `confirm this ${FACTOR_NAMES[channel]}`;
    case 'step-up':
      return use.approves;
    default:
      return unreachable(use);
  }
}

function noticeWords(policy: RelyingParty, message: NoticeMessage): Words {
  const { subject, happened } = event(policy, message);
  return {
    subject: `${policy.name}: ${subject}`,
    text: `${policy.name}: ${happened} If this was not you: ${policy.texts.repudiation}`,
  };
}

function event(
  policy: RelyingParty,
  { notice, at }: NoticeMessage,
): { readonly subject: string; readonly happened: string } {
  const when = moment(at, policy.timeZone);
  switch (notice.kind) {
    case 'passkey-added':
      return {
        subject: 'a passkey was added',
        happened: `the passkey "${notice.passkeyName}" was added to your account on ${when}.`,
      };
    case 'passkey-removed':
      return {
        subject: 'a passkey was removed',
        happened: `the passkey "${notice.passkeyName}" was removed from your account on ${when}.`,
      };
    case 'factor-added':
      return {
        subject: `your ${FACTOR_NAMES[notice.factor]} was added`,
        happened: `your ${FACTOR_NAMES[notice.factor]} was added for verification on ${when}.`,
      };
    case 'factor-changed':
      return {
        subject: `your ${FACTOR_NAMES[notice.factor]} was changed`,
        happened: `your ${FACTOR_NAMES[notice.factor]} for verification was changed on ${when}.`,
      };
    case 'factor-removed':
      return {
        subject: `your ${FACTOR_NAMES[notice.factor]} was removed`,
        happened: `your ${FACTOR_NAMES[notice.factor]} was removed from verification on ${when}.`,
      };
    case 'account-locked':
      return {
        subject: 'your account is locked',
        happened:
          `too many wrong codes or passwords were entered, so these stay locked until ` +
          `${moment(notice.until, policy.timeZone)}. A passkey still works.`,
      };
    default:
      return unreachable(notice);
  }
}

const FACTOR_NAMES: Readonly<Record<CodeFactor, string>> = {
  sms: 'phone number',
  email: 'email address',
  totp: 'authenticator app',
};

function moment(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** Names and parameters come from users: none of them begins a header, a line or a direction of its own. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .trim();
}
