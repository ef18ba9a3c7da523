import { ENGLISH } from './english.js';
import type { Dictionary, TextKey } from './english.js';
import { preferredLanguage } from './language.js';

export type { TextKey } from './english.js';
export type TextValues = Readonly<Record<string, string | number>>;

/** The language of this page, for as long as it is loaded. */
export const language = preferredLanguage();
document.documentElement.lang = language;

// Only those who read it download it.
const dictionary: Dictionary = language === 'en' ? ENGLISH : (await import('./chinese.js')).CHINESE;

export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(ENGLISH, key);
}

/** The sentence for a key, its placeholders filled. A placeholder without a value stays as it is. */
export function text(key: TextKey, values: TextValues = {}): string {
  return fillPlaceholders(dictionary[key], values);
}

/** The product's texts stand inside sentences; on a line of their own they begin with a capital. */
export function capitalized(sentence: string): string {
  return sentence.charAt(0).toLocaleUpperCase(language) + sentence.slice(1);
}

/** Replaces `{name}` by the value of that name; also for the product's own action texts. */
export function fillPlaceholders(template: string, values: TextValues): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
