import { button, field } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import type { ConsoleContext } from '../console-context.js';
import { go, hasScope } from '../console-context.js';
import { choice, localMoment, momentOf, tick } from '../controls.js';
import type { Parameters } from '../route.js';
import { say } from '../texts/say.js';
import { eventTypes } from './event-types.js';

const ACTORS = ['client', 'user', 'admin', 'system', 'liveness-provider'] as const;

/** What is searched for; asking puts it into the address, and the address is what is answered. */
export function filterForm(context: ConsoleContext, parameters: Parameters): HTMLElement {
  const value = (name: string): string => parameters[name] ?? '';
  const plain = { autocomplete: 'off', spellcheck: 'false' };
  const account = field(say('filter.account'), {
    ...plain,
    value: value('accountId'),
    maxlength: 128,
    'data-testid': 'filter-account',
  });
  const any = { value: '', label: say('filter.any') };
  const type = choice(
    say('filter.type'),
    [any, ...eventTypes().map(({ type: name, words }) => ({ value: name, label: `${name}: ${words}` }))],
    value('type'),
    { 'data-testid': 'filter-type' },
  );
  const actor = choice(
    say('filter.actor'),
    [any, ...ACTORS.map((name) => ({ value: name, label: say(`actor.${name}`) }))],
    value('actor'),
    { 'data-testid': 'filter-actor' },
  );
  const moment = (name: 'from' | 'to', hint?: string): ReturnType<typeof field> =>
    field(
      say(`filter.${name}`),
      {
        type: 'datetime-local',
        step: 1,
        value: localMoment(parameters[name]),
        'data-testid': `filter-${name}`,
      },
      hint,
    );
  const zone = say('filter.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const [from, to] = [moment('from', zone), moment('to')];
  const credential = field(say('filter.credential'), {
    ...plain,
    value: value('credential'),
    'data-testid': 'filter-credential',
  });
  const correlation = field(say('filter.correlation'), {
    ...plain,
    value: value('correlationId'),
    'data-testid': 'filter-correlation',
  });
  const personal = personalTick(context, parameters);
  const form = h(
    'form',
    { class: 'stack', 'data-testid': 'filters', 'aria-label': say('nav.search') },
    h(
      'div',
      { class: 'field-grid filters' },
      ...[account, type, actor, from, to, credential, correlation].map(({ element }) => element),
    ),
    personal?.element,
    h(
      'div',
      { class: 'button-row start' },
      button(say('filter.search'), 'primary', { type: 'submit', 'data-testid': 'filter-search' }),
      h('a', { class: 'button quiet', href: `#/${context.product.rp}/search` }, say('filter.clear')),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(context, 'search', {
      accountId: account.input.value.trim(),
      type: type.select.value,
      actor: actor.select.value,
      from: momentOf(from.input),
      to: momentOf(to.input),
      credential: credential.input.value.trim(),
      correlationId: correlation.input.value.trim(),
      personal: personal?.input.checked === true ? 'open' : '',
    });
  });
  return form;
}

/** Only for a key that may see them. That they are opened is recorded. */
export function personalTick(
  context: ConsoleContext,
  parameters: Parameters,
): ReturnType<typeof tick> | undefined {
  if (!hasScope(context, 'accounts')) return undefined;
  return tick(say('filter.personal'), parameters['personal'] === 'open', {
    'data-testid': 'filter-personal',
  });
}
