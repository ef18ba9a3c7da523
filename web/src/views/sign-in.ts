import type { AuthenticationResponseJSON } from '../api/contract.js';
import { DemoApi } from '../api/demo.js';
import { Problem } from '../api/problem.js';
import { AutofillSignIn } from '../autofill-sign-in.js';
import { passkeysSupported, useCredential } from '../ceremony.js';
import type { Device } from '../device.js';
import { deviceTokenFor, keepDeviceToken } from '../device-tokens.js';
import type { Product } from '../products.js';
import { passOnSignals } from '../signals.js';
import { text } from '../texts.js';
import { onPress, onSubmit } from '../ui/actions.js';
import { button, field } from '../ui/controls.js';
import { focusOn, h, replaceContent } from '../ui/dom.js';
import { createNotice } from '../ui/notice.js';
import { signInOutcome } from './sign-in-outcome.js';

/** The sign-in box of one product: by autofill, with a user ID, or with the passkey alone. */
export class SignInBox {
  readonly element: HTMLElement;
  readonly #api: DemoApi;
  readonly #notice = createNotice('sign-in-notice');
  readonly #result = h('div', { 'data-testid': 'sign-in-result' });
  readonly #autofill: AutofillSignIn;
  readonly #accountId = field(text('sign-in.account-id'), {
    name: 'username',
    autocomplete: 'username webauthn',
    autocapitalize: 'none',
    spellcheck: 'false',
    'data-testid': 'sign-in-account-id',
  });

  constructor(
    private readonly product: Product,
    private readonly device: Device,
  ) {
    this.#api = new DemoApi(product.rp);
    this.#autofill = new AutofillSignIn(
      () => this.#api.startSignIn(this.#knownDevice(undefined)),
      (ceremonyId, credential) => {
        this.#verify(ceremonyId, credential).catch((error: unknown) => this.#notice.show(error));
      },
    );
    this.element = this.#box();
  }

  set accountId(value: string) {
    this.#accountId.input.value = value;
  }

  start(): void {
    this.#autofill.start();
  }

  stop(): void {
    this.#autofill.stop();
  }

  #box(): HTMLElement {
    const withId = button(text('action.continue'), 'primary', {
      type: 'submit',
      'data-testid': 'sign-in-continue',
    });
    const alone = button(text('sign-in.passkey'), 'secondary', { 'data-testid': 'sign-in-passkey' }, 'key');
    const form = h('form', { class: 'stack', novalidate: true }, this.#accountId.element, withId);
    onSubmit(form, withId, this.#notice, () => {
      const accountId = this.#accountId.input.value.trim();
      if (accountId !== '') return this.#signIn(accountId);
      this.#accountId.input.focus();
      return Promise.reject(new Error(text('sign-in.account-id.missing')));
    });
    onPress(alone, this.#notice, () => this.#signIn(undefined));
    return h(
      'section',
      { class: 'card', 'aria-labelledby': 'sign-in-title' },
      h('h2', { id: 'sign-in-title' }, text('sign-in.title', { rpName: this.product.rpName })),
      h('p', { class: 'muted' }, text('sign-in.text')),
      form,
      h('p', { class: 'or' }, h('span', {}, text('sign-in.or'))),
      h('div', { class: 'stack' }, alone),
      this.#notice.element,
      this.#result,
    );
  }

  async #signIn(accountId: string | undefined): Promise<void> {
    if (!passkeysSupported()) throw new Error(text('ceremony.unsupported'));
    this.#autofill.stop();
    try {
      const { ceremonyId, publicKey } = await this.#api.startSignIn(this.#knownDevice(accountId), accountId);
      await this.#verify(ceremonyId, await useCredential(publicKey));
    } catch (error) {
      this.#autofill.start();
      throw error;
    }
  }

  async #verify(ceremonyId: string, credential: AuthenticationResponseJSON): Promise<void> {
    try {
      const outcome = await this.#api.verifySignIn(ceremonyId, credential);
      await passOnSignals(outcome.signals);
      if (outcome.status === 'signed-in') {
        keepDeviceToken(this.product.rp, outcome.accountId, outcome.deviceToken);
      }
      const { element, heading } = signInOutcome(outcome);
      replaceContent(this.#result, element);
      focusOn(heading);
    } catch (error) {
      if (error instanceof Problem) await passOnSignals(error.details.signals);
      throw error;
    }
  }

  #knownDevice(accountId: string | undefined): Device {
    return { ...deviceTokenFor(this.product.rp, accountId), ...this.device };
  }
}
