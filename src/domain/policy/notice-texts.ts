import type { LocalText } from '../texts/language.js';

/** What the texts of a policy may say of each kind of notice, by the placeholders' names; `{when}` it happened in every one. */
export const NOTICE_PLACEHOLDERS = {
  'passkey-added': ['passkey'],
  'passkey-removed': ['passkey'],
  'factor-added': ['factor'],
  'factor-changed': ['factor'],
  'factor-removed': ['factor'],
  'factor-disabled': ['factor'],
  'factor-reinstated': ['factor'],
  'reset-requested': [],
  'reset-completed': ['windowUntil', 'coolingOffUntil'],
  'reset-cancelled': [],
  'reset-rejected': [],
  'reset-expired': [],
  'reset-disputed': [],
  'account-locked': ['until'],
  'account-unlocked': [],
  'dispute-settled': [],
  'liveness-subject-changed': [],
  'device-trusted': [],
  'sign-in-denied': [],
  'sign-in-recovery-started': ['approvedFrom'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type NamedNotice = keyof typeof NOTICE_PLACEHOLDERS;

/** A product's own words for a kind of notice. */
export interface NoticeText {
  /** Shown on locked screens. */
  readonly subject: LocalText;
  /** One sentence or two, without the product's name and without what to do: both are added. */
  readonly happened: LocalText;
}

export type NoticeTexts = Readonly<Partial<Record<NamedNotice, NoticeText>>>;

/** The text with its `{placeholders}` filled; one that has no value is left as it is. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/gu, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? placeholder) : placeholder,
  );
}
