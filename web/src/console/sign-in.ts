import { isDevelopmentHost } from '../platform/addresses.js';
import { text } from '../texts/texts.js';
import { onSubmit } from '../ui/actions.js';
import { button, field } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import { topBar } from '../ui/frame.js';
import { icon } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import type { ConsoleApi } from './console-api.js';
import type { ConsoleSession } from './contract.js';
import { say } from './texts/say.js';

/** Why the page asks for a key: first of all, because a session ended, or because the address held one. */
export type Reason = 'first' | 'ended' | 'key-in-address';

/** Asks for a key, which goes from the field to the service and nowhere else. */
export function showSignIn(
  page: HTMLElement,
  api: ConsoleApi,
  reason: Reason,
  opened: (session: ConsoleSession) => void,
): void {
  document.title = say('console.document-title');
  const { element, input } = field(
    say('sign-in.key'),
    {
      type: 'password',
      required: true,
      maxlength: 256,
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      'data-testid': 'console-key',
    },
    say('sign-in.key.hint'),
  );
  const submit = button(say('sign-in.open'), 'primary', { type: 'submit', 'data-testid': 'console-open' });
  const notice = createNotice('console-sign-in-notice');
  const form = h('form', { class: 'stack', novalidate: true }, element, submit, notice.element);
  onSubmit(form, submit, notice, async () => {
    const key = input.value.trim();
    input.value = '';
    input.focus();
    if (key === '') throw new Error(say('sign-in.empty'));
    opened(await api.open(key));
  });
  replaceContent(
    page,
    topBar(text('app.name')),
    h(
      'main',
      { class: 'page console-door' },
      h(
        'div',
        { class: 'card' },
        icon('shield'),
        h('h1', {}, say('console.title')),
        h('p', { class: 'lead' }, say('sign-in.text')),
        reason !== 'first' &&
          h(
            'p',
            { class: 'tip-box', role: 'status', 'data-testid': `console-${reason}` },
            say(`sign-in.${reason}`),
          ),
        form,
        isDevelopmentHost() && h('p', { class: 'hint' }, say('sign-in.development')),
      ),
    ),
  );
  input.focus();
}
