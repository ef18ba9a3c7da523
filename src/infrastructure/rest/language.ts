import type { FastifyRequest } from 'fastify';
import type { Language } from '../../domain/texts/language.js';
import { LANGUAGES } from '../../domain/texts/language.js';

/** A longer list is nobody's preferences. */
const MOST_RANGES = 32;
const RANGE = /^(?<tag>\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:;q=(?<quality>[01](?:\.\d{0,3})?))?$/;

/**
 * The language to answer in: of ours, the one that `Accept-Language` ranks highest (RFC 9110 §12.5.4, basic filtering of
 * RFC 4647 §3.3.1); English where it names none of them.
 */
export function languageOf({ headers }: FastifyRequest): Language {
  return preferredLanguage(headers['accept-language']);
}

export function preferredLanguage(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'en';
  const ranked = acceptLanguage
    .split(',', MOST_RANGES)
    .flatMap(rangeOf)
    .filter(({ quality }) => quality > 0)
    .toSorted((left, right) => right.quality - left.quality);
  return ranked[0]?.language ?? 'en';
}

function rangeOf(written: string): readonly { readonly language: Language; readonly quality: number }[] {
  const groups = RANGE.exec(written.replaceAll(/\s/g, '').toLowerCase())?.groups;
  const primary = groups?.['tag']?.split('-', 1)[0];
  const language = primary === '*' ? 'en' : LANGUAGES.find((known) => known === primary);
  return language === undefined ? [] : [{ language, quality: Number(groups?.['quality'] ?? 1) }];
}
