import { isDevelopmentHost } from '../platform/addresses.js';
import type { Factor, Grant, SecurityCheck } from '../api/contract.js';
import { text } from '../texts/texts.js';
import { onPress, onSubmit } from '../ui/actions.js';
import { button, field } from '../ui/controls.js';
import type { FlowDialog } from '../ui/dialog.js';
import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import type { CenterContext } from './center-context.js';

interface SecurityCheckRequest {
  readonly purpose: 'bind-passkey' | 'step-up';
  readonly stepUpId?: string;
  /** The factors to choose from. */
  readonly factors: readonly Factor[];
  /** What to do where no factor is open. */
  readonly advice?: string | undefined;
  readonly title: string;
  readonly text: string;
  /** Said above the choice when the flow comes back to it. */
  readonly reason?: Error | undefined;
}

/** Lets the user prove one factor, of their choice. Resolves once the code was right. */
export function passSecurityCheck(
  context: CenterContext,
  dialog: FlowDialog,
  request: SecurityCheckRequest,
): Promise<Grant> {
  const { account } = context;
  const { purpose, stepUpId, factors } = request;
  const start = (factor: Factor['factor']): Promise<SecurityCheck> =>
    account.startSecurityCheck({ factor, purpose, ...(stepUpId === undefined ? {} : { stepUpId }) });

  return new Promise((passed) => {
    const chooseFactor = (reason?: Error): void => {
      const notice = createNotice('factor-notice');
      const choices = factors.map((factor) => {
        const choice = factorButton(factor);
        onPress(choice, notice, async () => enterCode(await start(factor.factor)));
        return h('li', {}, choice);
      });
      dialog.show({
        title: request.title,
        content:
          factors.length === 0
            ? [h('p', { 'data-testid': 'factor-advice' }, request.advice ?? text('check.none'))]
            : [h('p', {}, request.text), notice.element, h('ul', { class: 'choices' }, ...choices)],
      });
      if (reason !== undefined) notice.show(reason);
    };

    const enterCode = (first: SecurityCheck): void => {
      let check = first;
      const notice = createNotice('code-notice');
      const status = h('p', { class: 'hint', role: 'status' });
      const code = codeField();
      const verify = button(text('code.verify'), 'primary', { type: 'submit', 'data-testid': 'code-verify' });
      const resend = button(text('code.resend'), 'quiet', { 'data-testid': 'code-resend' });
      const other = button(text('code.other'), 'quiet', { 'data-testid': 'code-other' });
      const form = h('form', { class: 'stack', novalidate: true }, code.element, notice.element, verify);

      onSubmit(form, verify, notice, async () => {
        const entered = code.input.value.replace(/\s/g, '');
        try {
          if (entered === '') throw new Error(text('code.missing'));
          passed(await account.verifySecurityCheck(check.checkId, entered));
        } catch (error) {
          code.input.ariaInvalid = 'true';
          code.input.focus();
          code.input.select();
          throw error;
        }
      });
      onPress(resend, notice, async () => {
        status.textContent = '';
        check = await start(check.factor);
        status.textContent = text('code.resent');
        code.input.value = '';
        code.input.focus();
      });
      other.addEventListener('click', () => chooseFactor());

      dialog.show({
        title: request.title,
        content: [
          h('p', { 'data-testid': 'code-sent' }, codeSentText(check)),
          form,
          status,
          isDevelopmentHost() && outboxLink(),
          h('div', { class: 'quiet-row' }, check.factor !== 'totp' && resend, other),
        ],
        focus: code.input,
      });
    };

    chooseFactor(request.reason);
  });
}

function factorButton({ factor, destination }: Factor): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: 'choice', 'data-testid': `factor-${factor}` },
    icon(factor),
    h(
      'span',
      {},
      h('strong', {}, text(`factor.${factor}`)),
      (factor === 'totp' || typeof destination === 'string') &&
        h('span', { class: 'hint' }, text(`factor.${factor}.to`, { destination: destination ?? '' })),
    ),
  );
}

function codeSentText({ factor, destination }: SecurityCheck): string {
  return factor === 'totp'
    ? text('code.totp')
    : text('code.sent', { destination: destination ?? text(`factor.${factor}`) });
}

function codeField(): { element: HTMLElement; input: HTMLInputElement } {
  return field(text('code.label'), {
    name: 'code',
    class: 'code-input',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    maxlength: 12,
    required: true,
    'data-testid': 'code-input',
  });
}

function outboxLink(): HTMLElement {
  return h(
    'p',
    { class: 'hint' },
    h('a', { href: '/outbox', target: '_blank', rel: 'noopener' }, text('code.outbox')),
  );
}
