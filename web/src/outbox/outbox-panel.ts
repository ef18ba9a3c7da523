import { text } from '../texts/texts.js';
import { h } from '../ui/dom.js';
import { outboxMessages } from './outbox-messages.js';

/** The outbox as a part of another page; asked for only while it is open. */
export function outboxPanel(): HTMLElement {
  const messages = outboxMessages(() => details.open);
  const details = h(
    'details',
    { class: 'plain', 'data-testid': 'outbox' },
    h('summary', { 'data-testid': 'outbox-toggle' }, text('outbox.open')),
    messages.element,
  );
  details.addEventListener('toggle', () => messages.refresh());
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'outbox-title' },
    h('h2', { id: 'outbox-title' }, text('outbox.title')),
    h('p', { class: 'muted' }, text('outbox.text')),
    details,
  );
}
