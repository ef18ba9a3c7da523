import type { FallbackFactor, SignInOutcome } from '../../api/contract.js';
import type { DemoApi } from '../../api/demo.js';
import type { Device } from '../../platform/device.js';
import { text } from '../../texts/texts.js';
import { onPress, onSubmit } from '../../ui/actions.js';
import { button, field, waiting } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';

/** What the demo of a product takes for the password of each of its users. */
const DEMO_PASSWORD = 'demo-password';

/**
 * Signs in without a passkey, by one of the product's other ways. Resolves with nothing if the user left.
 * @param factor the way, where it has been chosen and it is known for whom
 */
export async function signInAnotherWay(
  api: DemoApi,
  device: Device,
  identifier: string,
  factor?: FallbackFactor,
): Promise<SignInOutcome | undefined> {
  const dialog = openDialog('fallback-dialog');
  const left = dialog.closed.then(() => undefined);
  const outcome = await Promise.race([left, new Fallback(api, device, dialog).run(identifier, factor)]);
  dialog.close();
  return outcome;
}

class Fallback {
  constructor(
    private readonly api: DemoApi,
    private readonly device: Device,
    private readonly dialog: FlowDialog,
  ) {}

  async run(identifier: string, factor: FallbackFactor | undefined): Promise<SignInOutcome> {
    this.dialog.show({ title: text('sign-in.fallback.title'), content: [waiting(text('loading'))] });
    const { fallbacks } = await this.api.product();
    return new Promise((signedIn, failed) => {
      if (factor === undefined || identifier === '') this.#choose(fallbacks, identifier, signedIn);
      else this.#start(factor, identifier, fallbacks, signedIn).catch(failed);
    });
  }

  async #start(
    factor: FallbackFactor,
    identifier: string,
    fallbacks: readonly FallbackFactor[],
    signedIn: (outcome: SignInOutcome) => void,
  ): Promise<void> {
    const { checkId } = await this.api.startFallback(identifier, factor, this.device);
    const again = (): void => this.#choose(fallbacks, identifier, signedIn);
    this.#enter(factor, signedIn, again, (typed) =>
      factor === 'password'
        ? this.api.verifyPassword(checkId, identifier, typed)
        : this.api.verifyFallback(checkId, typed),
    );
  }

  #choose(
    fallbacks: readonly FallbackFactor[],
    identifier: string,
    signedIn: (outcome: SignInOutcome) => void,
  ): void {
    const notice = createNotice('fallback-notice');
    const name = field(text('sign-in.identifier'), {
      value: identifier,
      autocomplete: 'username',
      autocapitalize: 'none',
      'data-testid': 'fallback-identifier',
    });
    const choices = fallbacks.map((factor) => {
      const choice = h(
        'button',
        { type: 'button', class: 'choice', 'data-testid': `fallback-${factor}` },
        icon(factor === 'password' ? 'key' : factor),
        h('span', {}, h('strong', {}, text(`fallback.method.${factor}`))),
      );
      onPress(choice, notice, async () => {
        const entered = name.input.value.trim();
        if (entered === '') {
          name.input.focus();
          throw new Error(text('sign-in.identifier.missing'));
        }
        await this.#start(factor, entered, fallbacks, signedIn);
      });
      return h('li', {}, choice);
    });
    this.dialog.show({
      title: text('sign-in.fallback.title'),
      content: [
        h('p', {}, text('sign-in.fallback.text')),
        name.element,
        notice.element,
        h('ul', { class: 'choices' }, ...choices),
      ],
      focus: name.input,
    });
  }

  #enter(
    factor: FallbackFactor,
    signedIn: (outcome: SignInOutcome) => void,
    again: () => void,
    verify: (typed: string) => Promise<SignInOutcome>,
  ): void {
    const notice = createNotice('fallback-code-notice');
    const isPassword = factor === 'password';
    const secret = isPassword
      ? field(text('fallback.password'), {
          type: 'password',
          autocomplete: 'current-password',
          'data-testid': 'fallback-password-input',
        })
      : field(text('code.label'), {
          class: 'code-input',
          inputmode: 'numeric',
          autocomplete: 'one-time-code',
          maxlength: 12,
          'data-testid': 'fallback-code-input',
        });
    const submit = button(text('code.verify'), 'primary', {
      type: 'submit',
      'data-testid': 'fallback-verify',
    });
    const other = button(text('code.other'), 'quiet', { 'data-testid': 'fallback-other' });
    other.addEventListener('click', again);
    const form = h('form', { class: 'stack', novalidate: true }, secret.element, notice.element, submit);
    onSubmit(form, submit, notice, async () => {
      const typed = isPassword ? secret.input.value : secret.input.value.replace(/\s/g, '');
      if (typed === '') {
        secret.input.focus();
        throw new Error(text(isPassword ? 'fallback.password.missing' : 'code.missing'));
      }
      signedIn(await verify(typed));
    });
    this.dialog.show({
      title: text(`fallback.method.${factor}`),
      content: [
        h(
          'p',
          {},
          isPassword ? text('fallback.password.text', { password: DEMO_PASSWORD }) : text('fallback.sent'),
        ),
        form,
        h('div', { class: 'quiet-row' }, other),
      ],
      focus: secret.input,
    });
  }
}
