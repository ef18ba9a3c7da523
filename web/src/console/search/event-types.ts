import { ENGLISH } from '../../texts/english.js';
import type { TextKey } from '../../texts/texts.js';
import { text } from '../../texts/texts.js';
import { say } from '../texts/say.js';

/** Types of the log that are of no account's own life. */
const OTHERS = ['AccountReferenced', 'HistoryRead', 'IdentifierClaimed', 'IdentifierReleased'] as const;

const PREFIX = 'event.';

/** Every type of event by what it is called, with what it means in words. */
export function eventTypes(): readonly { readonly type: string; readonly words: string }[] {
  const own = Object.keys(ENGLISH)
    .filter((key): key is TextKey => key.startsWith(PREFIX))
    .map((key) => ({ type: key.slice(PREFIX.length), words: text(key) }));
  const others = OTHERS.map((type) => ({ type, words: say(`type.${type}`) }));
  return [...own, ...others].toSorted((one, other) => one.type.localeCompare(other.type));
}
