import { onPress, runBusy } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { timeElement } from '../../ui/times.js';
import type { ConsoleContext, ConsoleView } from '../console-context.js';
import { go, linkIn } from '../console-context.js';
import type { EventPage, LogEvent } from '../contract.js';
import type { Parameters } from '../route.js';
import { say } from '../texts/say.js';
import { actorText } from './event-item.js';
import { personalTick } from './filter-form.js';

const AT_A_TIME = 100;

/** What happened to one account, oldest first, and who read it. */
export function accountView(context: ConsoleContext, parameters: Parameters): ConsoleView {
  const accountId = parameters['account'] ?? '';
  const account = field(
    say('filter.account'),
    {
      value: accountId,
      required: true,
      maxlength: 128,
      autocomplete: 'off',
      spellcheck: 'false',
      'data-testid': 'account-id',
    },
    say('account.hint'),
  );
  const personal = personalTick(context, parameters);
  const form = h(
    'form',
    { class: 'stack' },
    account.element,
    personal?.element,
    h(
      'div',
      { class: 'button-row start' },
      button(say('account.show'), 'primary', { type: 'submit', 'data-testid': 'account-show' }),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(context, 'account', {
      account: account.input.value.trim(),
      personal: personal?.input.checked === true ? 'open' : '',
    });
  });
  return {
    element: h(
      'section',
      { class: 'card' },
      h('h1', {}, say('nav.account')),
      h('p', { class: 'muted' }, say('account.intro')),
      form,
      ...(accountId === '' ? [] : timeline(context, accountId, parameters['personal'])),
    ),
  };
}

function timeline(
  context: ConsoleContext,
  accountId: string,
  personal: string | undefined,
): readonly HTMLElement[] {
  const { api, product } = context;
  const list = h('ol', { class: 'timeline', 'data-testid': 'timeline' });
  const notice = createNotice('account-notice');
  const more = button(say('account.more'), 'secondary', { 'data-testid': 'timeline-more' });
  const count = h('p', { class: 'count', role: 'status', 'data-testid': 'timeline-count' });
  let next: string | undefined;
  const load = async (): Promise<void> => {
    const path = `audit/accounts/${encodeURIComponent(accountId)}/history`;
    const page = await api.read<EventPage>(product.rp, path, { cursor: next, limit: AT_A_TIME, personal });
    list.append(...page.events.map((event) => entry(context, event)));
    next = page.next;
    more.hidden = next === undefined;
    count.textContent = say(next === undefined ? 'account.all' : 'account.so-far', {
      count: list.childElementCount,
    });
  };
  onPress(more, notice, load);
  more.hidden = true;
  void runBusy(more, notice, load);
  return [notice.element, count, list, h('div', { class: 'button-row start' }, more)];
}

function entry(context: ConsoleContext, event: LogEvent): HTMLElement {
  const { actor, at, leafIndex, personal, text, type } = event;
  return h(
    'li',
    { 'data-testid': 'timeline-entry' },
    h('p', {}, text ?? (event.present ? (type ?? '') : say('event.lost'))),
    h(
      'p',
      { class: 'event-head' },
      at === null ? undefined : timeElement(at),
      actor === null ? undefined : h('span', { class: 'badge' }, actorText(actor)),
      h(
        'a',
        { href: linkIn(context, 'proof', { leaf: String(leafIndex) }) },
        say('event.prove-leaf', { leaf: `#${leafIndex}` }),
      ),
    ),
    personal === undefined
      ? undefined
      : h(
          'pre',
          { class: 'wrapped' },
          typeof personal === 'string' ? personal : JSON.stringify(personal, null, 2),
        ),
  );
}
