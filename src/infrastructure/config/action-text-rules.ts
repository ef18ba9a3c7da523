import { OWN_ACTIONS } from '../../domain/policy/own-actions.js';
import type { LocalText } from '../../domain/texts/language.js';
import { inLanguage } from '../../domain/texts/language.js';
import type { Rule } from './policy-rule.js';
import { each, rule } from './policy-rule.js';
import { POLICY } from './policy-schema.js';
import { placeholdersOf } from './policy-values.js';

const { actions, parameters } = POLICY.shape;

/** What is approved is read in either language: each names every action and parameter, and the same parameters. */
export const actionTextRules: readonly Rule[] = [
  rule({ actions }, (policy) =>
    each(
      policy.actions,
      ['actions'],
      ({ name, title }) =>
        title === undefined && !OWN_ACTIONS.some((own) => own === name)
          ? `expected what people call ${name}`
          : undefined,
      ['title'],
    ),
  ),
  rule({ actions }, (policy) =>
    each(
      policy.actions,
      ['actions'],
      ({ text, title = '' }) => (isChinese(text) && !hasChinese(title) ? LACKS_CHINESE : undefined),
      ['title'],
    ),
  ),
  // A language that left out the payee would have people approve what they can't see.
  rule({ actions }, (policy) =>
    each(
      policy.actions,
      ['actions'],
      ({ text }) => {
        const named = (['en', 'zh'] as const).map((language) =>
          placeholdersOf(inLanguage(text, language)).toSorted().join(),
        );
        return named[0] === named[1] ? undefined : 'expected the same parameters in each language';
      },
      ['text'],
    ),
  ),
  rule({ actions, parameters }, (policy) => {
    const texts = policy.actions.map(({ text }) => text);
    const named = [...new Set(texts.flatMap((text) => placeholdersOf(inLanguage(text, 'en'))))];
    return named.flatMap((name) => {
      const label = Object.hasOwn(policy.parameters, name) ? policy.parameters[name] : undefined;
      const path = ['parameters', name];
      if (label === undefined)
        return [{ path, message: 'expected what people call it, for an action names it' }];
      return texts.some(isChinese) && !hasChinese(label) ? [{ path, message: LACKS_CHINESE }] : [];
    });
  }),
];

const LACKS_CHINESE = 'expected a line under zh too, as the texts of actions have';

function isChinese(text: LocalText): boolean {
  return typeof text !== 'string' && text.zh !== undefined;
}

/** One line for everybody will do, as for the name of a product. */
function hasChinese(text: LocalText): boolean {
  return typeof text === 'string' || text.zh !== undefined;
}
