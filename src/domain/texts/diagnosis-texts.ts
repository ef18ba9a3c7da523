import type { Cause } from '../diagnosis/cause.js';
import type { RelyingParty } from '../policy/relying-party.js';
import { DIAGNOSIS_TEXTS_EN } from './diagnosis-texts-en.js';
import { DIAGNOSIS_TEXTS_ZH } from './diagnosis-texts-zh.js';
import type { Language } from './language.js';
import { anyOf } from './language.js';

/** What the words of a cause are made of. */
export interface CauseFacts {
  readonly product: string;
  /** The product's other ways to sign in: `password or SMS code`. */
  readonly alternatives: string;
  /** Passkeys are not removed but reset. */
  readonly byReset: boolean;
  /** How many passkeys an account may have. */
  readonly maximum: number;
}

export interface CauseWords {
  readonly meaning: string;
  readonly next: readonly string[];
}

export type CauseTexts = Readonly<Record<Cause, (facts: CauseFacts) => CauseWords>>;

export const DIAGNOSIS_TEXTS: Readonly<Record<Language, CauseTexts>> = {
  en: DIAGNOSIS_TEXTS_EN,
  zh: DIAGNOSIS_TEXTS_ZH,
};

type Fallback = RelyingParty['signIn']['fallbacks'][number];

const FALLBACKS: Readonly<Record<Language, Readonly<Record<Fallback, string>>>> = {
  en: { sms: 'SMS code', email: 'email code', totp: 'authenticator app', password: 'password' },
  zh: { sms: '短信验证码', email: '邮箱验证码', totp: '身份验证器', password: '密码' },
};

const NO_FALLBACK: Readonly<Record<Language, string>> = { en: 'customer support', zh: '客服' };

export function alternativesText(fallbacks: readonly Fallback[], language: Language): string {
  const names = fallbacks.map((fallback) => FALLBACKS[language][fallback]);
  return names.length === 0 ? NO_FALLBACK[language] : anyOf(names, language);
}
