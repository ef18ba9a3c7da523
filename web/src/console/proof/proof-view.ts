import { text } from '../../texts/texts.js';
import { onPress, runBusy } from '../../ui/actions.js';
import { button, field, waiting } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import type { ConsoleContext, ConsoleView } from '../console-context.js';
import { go } from '../console-context.js';
import type { Parameters } from '../route.js';
import { say } from '../texts/say.js';
import type { CheckedEvent } from './event-check.js';
import { checkEvent } from './event-check.js';
import { findingList, verdictOf } from './finding.js';
import { isKept, keep } from './kept.js';
import { keptSection } from './kept-section.js';
import type { CheckedLog } from './log-check.js';
import { checkLog } from './log-check.js';

/** Checks here, in the reader's browser, what the service says of its history. */
export function proofView(context: ConsoleContext, parameters: Parameters): ConsoleView {
  const { product } = context;
  const notice = createNotice('proof-notice');
  const log = h('div', { class: 'stack', 'data-testid': 'log-check' });
  const event = h('div', { class: 'stack', 'data-testid': 'event-check' });
  const kept = h('div', { class: 'stack' });
  const again = button(say('proof.again'), 'secondary', { 'data-testid': 'proof-again' });
  const pin = button(say('proof.keep'), 'primary', { 'data-testid': 'checkpoint-keep' });
  let checked: CheckedLog | undefined;

  const check = async (): Promise<void> => {
    replaceContent(log, waiting(say('proof.checking')));
    replaceContent(event);
    pin.hidden = true;
    try {
      checked = await checkLog(context);
    } catch (error) {
      replaceContent(log);
      throw error;
    }
    const { current, findings, servedKey } = checked;
    replaceContent(log, ...findingList(findings, 'log'), checkpointText(checked));
    pin.hidden =
      current === undefined ||
      verdictOf(findings) === 'broken' ||
      isKept(product.rp, current.answer.checkpoint);
    replaceContent(
      kept,
      keptSection(context, servedKey, () => void runBusy(again, notice, check)),
    );
    const leaf = leafOf(parameters);
    if (leaf !== undefined && current !== undefined) {
      replaceContent(event, waiting(say('proof.checking')));
      try {
        replaceContent(event, ...eventFindings(await checkEvent(context, leaf, current.tree)));
      } catch (error) {
        replaceContent(event);
        throw error;
      }
    }
  };
  onPress(again, notice, check);
  onPress(pin, notice, async () => {
    if (checked?.current === undefined) return;
    await keep(product.rp, checked.servedKey, checked.current.answer.checkpoint);
    toast(say('proof.kept'));
    await check();
  });
  pin.hidden = true;
  void runBusy(again, notice, check);
  return {
    element: h(
      'div',
      { class: 'stack' },
      h(
        'section',
        { class: 'card' },
        h('h1', {}, say('nav.proof')),
        h('p', { class: 'muted' }, say('proof.intro')),
        notice.element,
        log,
        h('div', { class: 'button-row start' }, pin, again),
      ),
      h(
        'section',
        { class: 'card' },
        h('h2', {}, say('proof.event.title')),
        h('p', { class: 'muted' }, say('proof.event.intro')),
        leafForm(context, parameters),
        event,
      ),
      kept,
    ),
  };
}

function leafOf(parameters: Parameters): number | undefined {
  const leaf = parameters['leaf'] ?? '';
  return /^\d{1,15}$/u.test(leaf) ? Number(leaf) : undefined;
}

function leafForm(context: ConsoleContext, parameters: Parameters): HTMLElement {
  const { element, input } = field(say('proof.leaf'), {
    inputmode: 'numeric',
    pattern: '[0-9]{1,15}',
    required: true,
    autocomplete: 'off',
    value: parameters['leaf'],
    'data-testid': 'proof-leaf',
  });
  const submit = button(say('proof.check'), 'primary', { type: 'submit', 'data-testid': 'proof-check' });
  const form = h('form', { class: 'inline-form' }, element, submit);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(context, 'proof', { leaf: input.value.trim() });
  });
  return form;
}

/** The note as it was signed: whoever wants to may check it by other means. */
function checkpointText({ current }: CheckedLog): HTMLElement | false {
  if (current === undefined) return false;
  return h(
    'details',
    {},
    h('summary', {}, say('proof.note')),
    h('pre', { class: 'wrapped', 'data-testid': 'checkpoint-note' }, current.answer.checkpoint),
  );
}

function eventFindings({ event, findings, stored }: CheckedEvent): readonly (HTMLElement | false)[] {
  return [
    ...findingList(findings, 'event'),
    event?.text !== undefined &&
      event.text !== null &&
      h('p', { class: 'preview', 'data-testid': 'proof-event-text' }, event.text),
    stored !== undefined &&
      h(
        'details',
        {},
        h('summary', {}, say('proof.stored')),
        h('pre', { class: 'wrapped', 'data-testid': 'proof-stored' }, pretty(stored)),
      ),
  ];
}

function pretty(stored: string): string {
  try {
    return JSON.stringify(JSON.parse(stored), null, 2);
  } catch {
    return stored === '' ? text('problem.unknown') : stored;
  }
}
