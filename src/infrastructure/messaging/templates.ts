import type { Message, Notice, NoticeMessage } from '../../application/ports/messaging.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { Language } from '../../domain/texts/language.js';
import { inLanguage } from '../../domain/texts/language.js';
import { momentIn } from '../../domain/texts/moment.js';
import { filled } from '../../domain/policy/notice-texts.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { CHINESE } from './wording-zh.js';
import { ENGLISH } from './wording-en.js';
import type { Wording } from './wording.js';

export interface RenderedMessage {
  readonly message: Message;
  readonly productName: string;
  /** BCP 47. */
  readonly language: string;
  /** One line, without any code: it is shown on locked screens. */
  readonly subject: string;
  /** One paragraph of plain text. */
  readonly text: string;
}

const WORDINGS: Readonly<Record<Language, Wording>> = { en: ENGLISH, zh: CHINESE };

export function rendered(policy: RelyingParty, message: Message): RenderedMessage {
  const wording = WORDINGS[message.locale];
  const product = oneLine(policy.name);
  const words =
    message.purpose === 'code'
      ? wording.code({ ...message, product, minutes: Math.max(1, Math.floor(message.lifetime / MINUTE)) })
      : noticeWords(wording, product, policy, message);
  return {
    message,
    productName: product,
    language: wording.language,
    subject: oneLine(words.subject),
    text: oneLine(words.text),
  };
}

/** A text message costs by its length: it says what happened and what to do, an email says where it went as well. */
function noticeWords(
  wording: Wording,
  product: string,
  policy: RelyingParty,
  { at, channel, locale, notice }: NoticeMessage,
): { readonly subject: string; readonly text: string } {
  const moment = (time: Instant): string => momentIn(time, wording.language, policy.timeZone);
  const when = moment(at);
  const own = policy.texts.notices[notice.kind];
  const facts = { when, ...factsOf(notice, wording, moment) };
  const { subject, happened } =
    own === undefined
      ? wording.notice({ notice, when, moment })
      : {
          subject: filled(inLanguage(own.subject, locale), facts),
          happened: filled(inLanguage(own.happened, locale), facts),
        };
  const sentences = [
    `${product}${wording.colon}${happened}`,
    wording.repudiation(inLanguage(policy.texts.repudiation, locale)),
    ...(channel === 'email' ? [wording.closing(product)] : []),
  ];
  return { subject: `${product}${wording.colon}${subject}`, text: sentences.join(wording.space) };
}

/** What a product's own words may name (`NOTICE_PLACEHOLDERS`). */
function factsOf(
  notice: Notice,
  wording: Wording,
  moment: (at: Instant) => string,
): Readonly<Record<string, string>> {
  if ('passkeyName' in notice) return { passkey: wording.passkey(notice.passkeyName) };
  if ('factor' in notice) return { factor: wording.factor(notice.factor) };
  if ('windowUntil' in notice) {
    return { windowUntil: moment(notice.windowUntil), coolingOffUntil: moment(notice.coolingOffUntil) };
  }
  if ('until' in notice) return { until: moment(notice.until) };
  return 'approvedFrom' in notice ? { approvedFrom: moment(notice.approvedFrom) } : {};
}

/** Names and parameters come from users: none of them begins a header, a line or a direction of its own. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .trim();
}
