import type { FallbackFactor } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { onSubmit } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';

/** What the demo of a product takes for the password of each of its users. */
const DEMO_PASSWORD = 'demo-password';

interface SecretForm {
  /** Begins the test ids. */
  readonly testId: string;
  /** Where the code went, if it may be told. */
  readonly said?: string | undefined;
  /** Back to the choice. */
  readonly again: () => void;
  readonly verify: (typed: string) => Promise<void>;
}

export function methodChoice(factor: FallbackFactor, testId: string): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: 'choice', 'data-testid': testId },
    icon(factor === 'password' ? 'key' : factor),
    h('span', {}, h('strong', {}, text(`fallback.method.${factor}`))),
  );
}

/** Takes a code or a password, until the right one came. */
export function secretForm(dialog: FlowDialog, factor: FallbackFactor, form: SecretForm): void {
  const { testId, said, again, verify } = form;
  const notice = createNotice(`${testId}-code-notice`);
  const isPassword = factor === 'password';
  const secret = isPassword
    ? field(text('fallback.password'), {
        type: 'password',
        autocomplete: 'current-password',
        'data-testid': `${testId}-password-input`,
      })
    : field(text('code.label'), {
        class: 'code-input',
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        maxlength: 12,
        'data-testid': `${testId}-code-input`,
      });
  const submit = button(text('code.verify'), 'primary', {
    type: 'submit',
    'data-testid': `${testId}-verify`,
  });
  const other = button(text('code.other'), 'quiet', { 'data-testid': `${testId}-other` });
  other.addEventListener('click', again);
  const element = h('form', { class: 'stack', novalidate: true }, secret.element, notice.element, submit);
  onSubmit(element, submit, notice, async () => {
    const typed = isPassword ? secret.input.value : secret.input.value.replace(/\s/g, '');
    try {
      if (typed === '') throw new Error(text(isPassword ? 'fallback.password.missing' : 'code.missing'));
      await verify(typed);
    } catch (error) {
      secret.input.ariaInvalid = 'true';
      secret.input.focus();
      secret.input.select();
      throw error;
    }
  });
  dialog.show({
    title: text(`fallback.method.${factor}`),
    content: [
      h(
        'p',
        {},
        isPassword ? text('fallback.password.text', { password: DEMO_PASSWORD }) : sentText(factor, said),
      ),
      element,
      h('div', { class: 'quiet-row' }, other),
    ],
    focus: secret.input,
  });
}

function sentText(factor: FallbackFactor, said: string | undefined): string {
  return said ?? text(factor === 'totp' ? 'code.totp' : 'fallback.sent');
}
