import type { AccountEventType } from '../account/events.js';
import type { AuditEvent } from '../audit/events.js';
import { HISTORY_WORDS_EN } from './history-words-en.js';
import { HISTORY_WORDS_ZH } from './history-words-zh.js';
import type { Language } from './language.js';

/** What can be in a history: what happens to accounts, the claims of names, and reads of the history itself. */
export type HistoryEventType =
  | AccountEventType
  | AuditEvent['type']
  | 'AccountReferenced'
  | 'CredentialClaimed'
  | 'IdentifierClaimed'
  | 'IdentifierReleased';

export interface HistoryWords {
  /** A sentence for each type; `{member}` stands for what the event's data says there. */
  readonly sentences: Readonly<Record<HistoryEventType, string>>;
  /** How values of data are said; others stand as they are. */
  readonly values: Readonly<Record<string, string>>;
  /** Of a type that this release doesn't know. */
  readonly unknown: string;
}

const WORDS: Readonly<Record<Language, HistoryWords>> = { en: HISTORY_WORDS_EN, zh: HISTORY_WORDS_ZH };

/** An event in words. Of what is personal nothing is in them. */
export function historyWords(
  language: Language,
  type: string,
  data: Readonly<Record<string, unknown>>,
): string {
  const { sentences, unknown, values } = WORDS[language];
  const sentence = Object.hasOwn(sentences, type) ? sentences[type as HistoryEventType] : unknown;
  return sentence.replaceAll(/\{(?<member>\w+)\}/gu, (_whole, member: string) => {
    const value = member === 'type' ? type : data[member];
    return said(value, values);
  });
}

function said(value: unknown, values: HistoryWords['values']): string {
  if (Array.isArray(value)) return value.map((each) => said(each, values)).join(', ');
  if (typeof value !== 'string' && typeof value !== 'number') return '?';
  return Object.hasOwn(values, value) ? (values[value] ?? '') : String(value);
}
