import type { OutboxMessage } from '../api/contract.js';
import { readOutbox } from '../api/demo.js';
import { text } from '../texts/texts.js';
import { copyButton, field } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import { timeElement } from '../ui/times.js';

const EVERY_MS = 2000;

/**
 * The messages of development mode, newest first, with a filter. Once refreshed it keeps itself up to date
 * while `wanted` says so and the page is in view.
 */
export function outboxMessages(wanted: () => boolean): { element: HTMLElement; refresh(): void } {
  const notice = createNotice('outbox-notice');
  const list = h('ul', { class: 'messages', 'data-testid': 'outbox-messages' });
  const filter = field(
    text('outbox.filter'),
    { name: 'to', type: 'search', autocomplete: 'off', 'data-testid': 'outbox-filter' },
    text('outbox.filter.hint'),
  );

  let shown = '';
  let timer: number | undefined;
  const show = async (): Promise<void> => {
    try {
      const messages = await readOutbox(filter.input.value.trim());
      notice.clear();
      // Rebuilding an unchanged list would take the focus from its buttons every two seconds.
      const fetched = JSON.stringify(messages);
      if (fetched === shown) return;
      shown = fetched;
      replaceContent(list, ...messageItems(messages));
    } catch (error) {
      notice.show(error);
    }
  };
  const refresh = async (): Promise<void> => {
    clearTimeout(timer);
    if (!wanted() || document.hidden) return;
    await show();
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), EVERY_MS);
  };
  filter.input.addEventListener('input', () => void refresh());
  document.addEventListener('visibilitychange', () => void refresh());
  return {
    element: h('div', { class: 'outbox' }, filter.element, notice.element, list),
    refresh: () => void refresh(),
  };
}

function messageItems(messages: readonly OutboxMessage[]): readonly HTMLElement[] {
  if (messages.length === 0) return [h('li', { class: 'muted' }, text('outbox.none'))];
  return messages.map((message) =>
    h(
      'li',
      { class: 'message-item', 'data-testid': 'outbox-message' },
      h(
        'p',
        { class: 'message-head' },
        icon(message.channel === 'email' ? 'email' : 'sms'),
        h('strong', {}, message.to),
        timeElement(message.at),
      ),
      h('p', {}, message.text),
      message.code !== undefined &&
        copyButton(
          text('outbox.copy', { code: message.code }),
          text('outbox.copied', { code: message.code }),
          message.code,
          { 'data-testid': 'outbox-copy', 'data-code': message.code },
        ),
    ),
  );
}
