import { fillPlaceholders, language } from '../../texts/texts.js';
import type { TextValues } from '../../texts/texts.js';
import { CONSOLE_ENGLISH } from './english.js';
import type { ConsoleDictionary, ConsoleTextKey } from './english.js';

export type { ConsoleTextKey } from './english.js';

// Only those who read it download it.
const dictionary: ConsoleDictionary =
  language === 'en' ? CONSOLE_ENGLISH : (await import('./chinese.js')).CONSOLE_CHINESE;

const numbers = new Intl.NumberFormat(language);

/** A sentence of the console, its placeholders filled; numbers as the language writes them. */
export function say(key: ConsoleTextKey, values: TextValues = {}): string {
  const written = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? numbers.format(value) : value,
  ]);
  return fillPlaceholders(dictionary[key], Object.fromEntries(written) as TextValues);
}

export function isConsoleTextKey(key: string): key is ConsoleTextKey {
  return Object.hasOwn(CONSOLE_ENGLISH, key);
}

export function formatNumber(value: number): string {
  return numbers.format(value);
}
