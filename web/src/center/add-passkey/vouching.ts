import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';
import { requestApproval } from '../step-up/step-up.js';

/** An offer to let a passkey of the account vouch for the next one, which then need not wait. */
export interface Vouching {
  readonly element: HTMLElement;
  /** The proof, once given. */
  token(): string | undefined;
  /** Offers it anew, for a proof that no longer counts. */
  restart(): void;
}

export function offerVouching(context: CenterContext): Vouching {
  let token: string | undefined;
  const notice = createNotice('vouch-notice');
  const state = h('div', { class: 'stack' });
  const confirm = button(text('vouch.button'), 'secondary', { 'data-testid': 'vouch' }, 'key');
  const offer = (): void => {
    token = undefined;
    replaceContent(state, h('p', { class: 'hint' }, text('vouch.text')), h('div', {}, confirm), skipHint());
  };
  onPress(confirm, notice, async () => {
    const summary = text('vouch.summary');
    const request = { action: 'add-passkey', parameters: {}, summary };
    token = (await requestApproval(context, request))?.token;
    if (token !== undefined) replaceContent(state, vouched());
  });
  offer();
  const element = h(
    'section',
    { class: 'vouching', 'aria-labelledby': 'vouch-title' },
    h('h3', { id: 'vouch-title' }, text('vouch.title')),
    state,
    notice.element,
  );
  return { element, token: () => token, restart: offer };
}

function skipHint(): HTMLElement {
  return h('p', { class: 'hint' }, text('vouch.skip.text'));
}

function vouched(): HTMLElement {
  return h(
    'p',
    { class: 'success', role: 'status', 'data-testid': 'vouched' },
    icon('check'),
    text('vouch.done'),
  );
}
