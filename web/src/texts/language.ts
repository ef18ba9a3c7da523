/** The languages of the pages, by the tag that HTML and HTTP know them by. */
export const LANGUAGES = ['en', 'zh-Hans'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT_AT = 'latchkey.language';

/** What the user chose before, or else the first of the browser's languages that there is. */
export function preferredLanguage(): Language {
  const kept = keptLanguage();
  if (kept !== undefined) return kept;
  const known = navigator.languages.map(languageOf).find((language) => language !== undefined);
  return known ?? 'en';
}

/** Remembers the choice. Texts are put into a page once, so it counts from the next load on. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT_AT, language);
  } catch {
    // Storage may be off; then the browser's own language stays.
  }
}

function keptLanguage(): Language | undefined {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(KEPT_AT));
  } catch {
    return undefined;
  }
}

/** Chinese in any script or region is served in simplified characters. */
function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split('-');
  if (primary === 'zh') return 'zh-Hans';
  return primary === 'en' ? 'en' : undefined;
}
