/** The languages that people are answered in. English stands in for every other. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text of a policy: one for everybody, or one for each language, of which English is always there. */
export type LocalText = string | { readonly en: string; readonly zh?: string };

export function inLanguage(text: LocalText, language: Language): string {
  return typeof text === 'string' ? text : (text[language] ?? text.en);
}

const LISTS = { en: 'en-GB', zh: 'zh-Hans' } as const satisfies Record<Language, string>;

/** `iOS 16, Android 9 or Windows 11`, in the language's own way. */
export function anyOf(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(LISTS[language], { type: 'disjunction' }).format(items);
}
