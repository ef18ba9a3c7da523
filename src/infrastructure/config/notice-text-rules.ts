import type { NamedNotice } from '../../domain/policy/notice-texts.js';
import { NOTICE_PLACEHOLDERS } from '../../domain/policy/notice-texts.js';
import { inLanguage, LANGUAGES } from '../../domain/texts/language.js';
import type { Rule } from './policy-rule.js';
import { rule } from './policy-rule.js';
import { POLICY } from './policy-schema.js';
import { placeholdersOf } from './policy-values.js';

/** A product's own words name only what the notice knows. */
export const noticeTextRules: readonly Rule[] = [
  rule({ texts: POLICY.shape.texts }, ({ texts }) =>
    Object.entries(texts.notices).flatMap(([kind, own]) => {
      const known: readonly string[] = ['when', ...NOTICE_PLACEHOLDERS[kind as NamedNotice]];
      return (['subject', 'happened'] as const).flatMap((member) =>
        LANGUAGES.flatMap((language) => placeholdersOf(inLanguage(own[member], language)))
          .filter((name, index, names) => !known.includes(name) && names.indexOf(name) === index)
          .map((name) => ({
            path: ['texts', 'notices', kind, member],
            message: `names {${name}}, of which ${kind} knows nothing: it knows {${known.join('}, {')}}`,
          })),
      );
    }),
  ),
];
