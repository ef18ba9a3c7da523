import { LANGUAGES, keepLanguage } from '../texts/language.js';
import type { Language } from '../texts/language.js';
import { language } from '../texts/texts.js';
import { h } from './dom.js';
import { icon } from './icons.js';

/** Each language in its own words, for those who can't read the one that is shown. */
const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-Hans': '中文' };

/** One button for each language that the page is not in. */
export function languageSwitch(): readonly HTMLElement[] {
  return LANGUAGES.filter((other) => other !== language).map((other) => {
    const element = h(
      'button',
      { type: 'button', class: 'button quiet', lang: other, 'data-testid': `language-${other}` },
      icon('language'),
      h('span', {}, OWN_NAMES[other]),
    );
    element.addEventListener('click', () => {
      keepLanguage(other);
      location.reload();
    });
    return element;
  });
}
