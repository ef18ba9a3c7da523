import type { Situation } from '../api/contract.js';
import { passOnSignals } from '@latchkey/browser';
import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { h } from '../ui/dom.js';
import { createNotice } from '../ui/notice.js';
import type { CenterContext } from './center-context.js';

const SITUATIONS: readonly Situation[] = [
  'not-prompted',
  'cannot-create',
  'cannot-verify',
  'not-synced',
  'asked-for-pin',
  'lost-device',
  'no-factor',
  'liveness-rejected',
  'qr-timed-out',
];

/** Answers to "it doesn't work" where no prompt has failed, made for this account and this device. */
export function helpSection(context: CenterContext): HTMLElement {
  const { account } = context;
  const answer = createNotice('help-answer', 'advice');
  const choices = SITUATIONS.map((situation) => {
    const choice = h(
      'button',
      { type: 'button', class: 'choice compact', 'data-testid': `help-${situation}` },
      h('span', {}, text(`help.situation.${situation}`)),
    );
    onPress(choice, answer, async () => {
      const diagnosis = await account.diagnoseSituation(situation, context.device);
      answer.showDiagnosis(diagnosis, undefined, context.flows);
      passOnSignals(diagnosis.signals);
    });
    return h('li', {}, choice);
  });
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'help-title' },
    h('h2', { id: 'help-title' }, text('help.title')),
    h(
      'details',
      { class: 'plain' },
      h('summary', { 'data-testid': 'help-toggle' }, text('help.open')),
      h(
        'div',
        { class: 'stack' },
        h('p', { class: 'muted' }, text('help.text')),
        h('ul', { class: 'choices two' }, ...choices),
        answer.element,
      ),
    ),
  );
}
