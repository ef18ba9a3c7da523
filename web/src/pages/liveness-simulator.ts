import '../styles/base.css';
import '../styles/controls.css';
import { giveVerdict } from '../api/demo.js';
import type { LivenessVerdict } from '../api/demo.js';
import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { icon } from '../ui/icons.js';
import type { IconName } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';

const VERDICTS: readonly (readonly [LivenessVerdict, IconName])[] = [
  ['passed', 'check'],
  ['retry', 'reset'],
  ['final', 'close'],
];

const resetId = new URLSearchParams(location.search).get('reset') ?? '';
document.title = text('simulator.document-title');
replaceContent(
  pageRoot(),
  topBar(text('app.name')),
  h(
    'main',
    { class: 'message simulator' },
    icon('face'),
    h('h1', {}, text('simulator.title')),
    ...(resetId === '' ? [h('p', {}, text('simulator.missing'))] : verdictButtons()),
  ),
);

function verdictButtons(): readonly HTMLElement[] {
  const notice = createNotice('simulator-notice');
  const sent = h('p', { class: 'success', role: 'status', 'data-testid': 'simulator-sent' });
  const choices = VERDICTS.map(([verdict, name]) => {
    const choice = h(
      'button',
      { type: 'button', class: 'choice', 'data-testid': `simulator-${verdict}` },
      icon(name),
      h(
        'span',
        {},
        h('strong', {}, text(`simulator.${verdict}`)),
        h('span', { class: 'hint' }, text(`simulator.${verdict}.text`)),
      ),
    );
    onPress(choice, notice, async () => {
      sent.textContent = '';
      await giveVerdict(resetId, verdict);
      sent.textContent = text('simulator.sent');
    });
    return h('li', {}, choice);
  });
  return [
    h('p', {}, text('simulator.text')),
    h('p', { class: 'hint' }, text('simulator.reset', { resetId })),
    h('ul', { class: 'choices' }, ...choices),
    sent,
    notice.element,
  ];
}
