import { graphemes } from './graphemes.js';
import type { Language } from '../texts/language.js';
import { inLanguage } from '../texts/language.js';
import type { ActionPolicy } from './relying-party.js';

/** User-perceived characters of a value that are shown whole; of a longer one, both ends. */
const SHOWN_WHOLE = 128;

/** Controls, line breaks and bidi overrides: with them a parameter could rewrite the rest of the message. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a step-up approves, in words: the action's text with its `{placeholders}` filled from the parameters. */
export function describeAction(
  action: ActionPolicy,
  parameters: Readonly<Record<string, unknown>>,
  language: Language = 'en',
): string {
  return inLanguage(action.text, language).replace(/\{(\w+)\}/gu, (_placeholder, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return known ? shown(String(value)) : `(${name} not given)`;
  });
}

function shown(value: string): string {
  const characters = graphemes(value.replace(UNPRINTABLE, ''));
  if (characters.length <= SHOWN_WHOLE) return characters.join('');
  const half = SHOWN_WHOLE / 2;
  return `${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}`;
}
