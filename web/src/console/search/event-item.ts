import { h } from '../../ui/dom.js';
import type { Child } from '../../ui/dom.js';
import { timeElement } from '../../ui/times.js';
import type { ConsoleContext } from '../console-context.js';
import { linkIn } from '../console-context.js';
import type { LogEvent } from '../contract.js';
import { isConsoleTextKey, say } from '../texts/say.js';

/** An event in words, with everything that was recorded of it one press away. */
export function eventItem(context: ConsoleContext, event: LogEvent): HTMLElement {
  const { actor, at, leafIndex, present, text, type } = event;
  return h(
    'li',
    { class: 'event', 'data-testid': 'event', 'data-leaf': leafIndex },
    h(
      'div',
      { class: 'event-head' },
      h('span', { class: 'leaf' }, `#${leafIndex}`),
      at === null ? undefined : timeElement(at),
      h('code', { class: 'event-type', 'data-testid': 'event-type' }, type ?? '–'),
      actor === null ? undefined : h('span', { class: 'badge' }, actorText(actor)),
    ),
    present
      ? h('p', { 'data-testid': 'event-text' }, text ?? type ?? '')
      : h('p', { class: 'lost', 'data-testid': 'event-lost' }, say('event.lost')),
    moreOf(context, event),
  );
}

export function actorText(actor: string): string {
  const key = `actor.${actor}`;
  return isConsoleTextKey(key) ? say(key) : actor;
}

/** Put together when it is first opened: most of a page of events never is. */
function moreOf(context: ConsoleContext, event: LogEvent): HTMLElement {
  const details = h(
    'details',
    { 'data-testid': 'event-details' },
    h('summary', {}, say('event.more'), h('span', { class: 'visually-hidden' }, ` #${event.leafIndex}`)),
  );
  details.addEventListener('toggle', () => details.append(...factsOf(context, event)), { once: true });
  return details;
}

function factsOf(context: ConsoleContext, event: LogEvent): readonly HTMLElement[] {
  const { accountId, causationId, correlationId, data, endUser, eventId, leafHash, personal, subject } =
    event;
  const facts: readonly (readonly [string, Child])[] = [
    [say('event.leaf-hash'), mono(leafHash)],
    [say('event.id'), eventId === null ? undefined : mono(eventId)],
    [
      say('event.account'),
      accountId === undefined || accountId === 'redacted'
        ? accountId
        : h('a', { href: linkIn(context, 'account', { account: accountId }) }, accountId),
    ],
    [say('event.subject'), subject === null ? undefined : mono(subject)],
    [
      say('event.correlation'),
      correlationId === null
        ? undefined
        : h(
            'a',
            { href: linkIn(context, 'search', { correlationId }), 'data-testid': 'event-correlation' },
            mono(correlationId),
          ),
    ],
    [say('event.causation'), causationId === null ? undefined : mono(causationId)],
  ];
  return [
    h(
      'dl',
      { class: 'details' },
      ...facts.flatMap(([name, value]) =>
        value === undefined ? [] : [h('div', {}, h('dt', {}, name), h('dd', {}, value))],
      ),
    ),
    ...jsonBlock(say('event.data'), data),
    ...jsonBlock(say('event.personal'), personal),
    ...jsonBlock(say('event.end-user'), endUser),
    h(
      'p',
      {},
      h(
        'a',
        { href: linkIn(context, 'proof', { leaf: String(event.leafIndex) }), 'data-testid': 'event-proof' },
        say('event.prove'),
      ),
    ),
  ];
}

function jsonBlock(title: string, value: unknown): readonly HTMLElement[] {
  if (value === undefined || value === null) return [];
  const written = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return [h('h2', { class: 'small' }, title), h('pre', { class: 'wrapped' }, written)];
}

function mono(value: string): HTMLElement {
  return h('code', {}, value);
}
