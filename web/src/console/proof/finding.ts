import { NoteInvalid } from '../../../../src/domain/audit/note-text.js';
import { hasCode } from '../../api/problem.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import type { ConsoleTextKey } from '../texts/say.js';
import { isConsoleTextKey, say } from '../texts/say.js';

/** One thing that was looked at: found good, found broken, or what this browser couldn't look at. */
export interface Finding {
  readonly what: string;
  readonly state: 'good' | 'broken' | 'unchecked';
  readonly text: string;
}

const WORST = ['broken', 'unchecked', 'good'] as const;

/** Good only where everything is. */
export function verdictOf(findings: readonly Finding[]): Finding['state'] {
  return WORST.find((state) => findings.some((finding) => finding.state === state)) ?? 'unchecked';
}

/** What a failure says of the history. @throws what says nothing of it: no answer, no session, a mistake */
export function brokenBy(what: string, error: unknown): Finding {
  if (error instanceof NoteInvalid) return { what, state: 'broken', text: noteText(error) };
  if (hasCode(error, 'log-altered'))
    return { what, state: 'broken', text: say('proof.service-says-altered') };
  if (hasCode(error, 'log-too-short')) return { what, state: 'broken', text: say('proof.too-short') };
  throw error;
}

/** In the page's language, by what the shared code says in English. */
export function noteText({ message }: NoteInvalid): string {
  const key = `note.${message}`;
  return isConsoleTextKey(key) ? say(key) : message;
}

const ICONS = { good: 'check', broken: 'alert', unchecked: 'totp' } as const;

/** The verdict on top, then what it is made of. */
export function findingList(findings: readonly Finding[], subject: 'log' | 'event'): readonly HTMLElement[] {
  const verdict = verdictOf(findings);
  const title: ConsoleTextKey = `proof.${subject}.${verdict}`;
  return [
    h(
      'p',
      {
        class: `verdict ${verdict}`,
        role: 'status',
        'data-testid': `${subject}-verdict`,
        'data-verdict': verdict,
      },
      icon(ICONS[verdict]),
      h('strong', {}, say(title)),
    ),
    h(
      'ul',
      { class: 'findings' },
      ...findings.map(({ state, text, what }) =>
        h(
          'li',
          { class: `finding ${state}`, 'data-testid': 'finding', 'data-state': state },
          icon(ICONS[state]),
          h(
            'div',
            {},
            h(
              'p',
              {},
              h('strong', {}, what),
              ' ',
              h('span', { class: 'badge state' }, say(`state.${state}`)),
            ),
            h('p', { class: 'muted' }, text),
          ),
        ),
      ),
    ),
  ];
}
