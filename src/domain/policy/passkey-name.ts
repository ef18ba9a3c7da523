import type { Device, Platform } from './device.js';
import { cutToGraphemes, graphemes } from './graphemes.js';

export const PASSKEY_NAME_PROBLEMS = {
  empty: 'The name has no visible character.',
  'too-long': 'The name is longer than the product allows.',
  'forbidden-character':
    'The name holds a control character, a direction mark or another invisible character.',
  'not-well-formed': 'The name is not well-formed Unicode.',
} as const;
export type PasskeyNameProblem = keyof typeof PASSKEY_NAME_PROBLEMS;

export type PasskeyName =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly problem: PasskeyNameProblem };

/**
 * Direction marks and overrides can make one name look like another, and separators can break a list or a
 * message in two. Of the format characters only those that scripts and emoji need are let through: the joiners,
 * and the tags of regional flags.
 */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200C\u200D\u{E0020}-\u{E007F}])\p{Cf}/u;
const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'gu');
const LONE_SURROGATE = /\p{Surrogate}/u;
const EVERY_LONE_SURROGATE = new RegExp(LONE_SURROGATE, 'gu');
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Mark}]/u;

/**
 * One user-perceived character can be made of any number of code units; a name of such towers is refused as too
 * long.
 */
const CODE_UNITS_PER_CHARACTER = 16;

/**
 * A name as it is kept: NFC, trimmed, of 1 to `maximum` user-perceived characters.
 * @param maximum in user-perceived characters
 */
export function passkeyName(raw: string, maximum: number): PasskeyName {
  if (raw.length > maximum * CODE_UNITS_PER_CHARACTER) return { ok: false, problem: 'too-long' };
  if (LONE_SURROGATE.test(raw)) return { ok: false, problem: 'not-well-formed' };
  const name = raw.normalize('NFC').trim();
  if (FORBIDDEN.test(name)) return { ok: false, problem: 'forbidden-character' };
  if (!VISIBLE.test(name)) return { ok: false, problem: 'empty' };
  if (graphemes(name).length > maximum) return { ok: false, problem: 'too-long' };
  return { ok: true, name };
}

const NAMELESS: Readonly<Record<Platform, string>> = {
  ios: 'Apple device',
  android: 'Android device',
  macos: 'Mac',
  windows: 'Windows PC',
  linux: 'Linux PC',
  chromeos: 'Chromebook',
  harmonyos: 'HarmonyOS device',
  web: 'Web browser',
};

/**
 * The name of a passkey that its user didn't name: the model people know, else what the client called its
 * model, else the kind of device. Always one that `passkeyName` accepts.
 * @param modelName the name people know the model by, where it is known
 */
export function defaultPasskeyName(device: Device, modelName: string | undefined, maximum: number): string {
  for (const candidate of [modelName, device.model]) {
    const name = passkeyName(cleaned(candidate ?? '', maximum), maximum);
    if (name.ok) return name.name;
  }
  return cutToGraphemes(NAMELESS[device.platform], maximum);
}

function cleaned(text: string, maximum: number): string {
  const bounded = text.slice(0, maximum * CODE_UNITS_PER_CHARACTER);
  const harmless = bounded.replace(EVERY_LONE_SURROGATE, '').replace(EVERY_FORBIDDEN, '');
  return cutToGraphemes(withoutLastRemarks(harmless.normalize('NFC').trim(), maximum), maximum);
}

/** `iPad Pro (12.9-inch) (5th generation)` is better cut between its remarks than within one. */
function withoutLastRemarks(name: string, maximum: number): string {
  const shorter = name.replace(/ \([^()]*\)$/, '');
  return shorter === name || graphemes(name).length <= maximum ? name : withoutLastRemarks(shorter, maximum);
}
