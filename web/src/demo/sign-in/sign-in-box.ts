import {
  AutofillSignIn,
  deviceTokenFor,
  finished,
  keepDeviceToken,
  passkeysSupported,
  passOnSignals,
  PromptFailed,
  signIn,
} from '@latchkey/browser';
import type { AuthenticationCalls, Device, Hint } from '@latchkey/browser';
import type { FallbackFactor, SignedIn, SignInOutcome } from '../../api/contract.js';
import type { NamedUser } from '../../api/demo.js';
import { DemoApi } from '../../api/demo.js';
import { isDiagnosis, Problem } from '../../api/problem.js';
import { inOurWords } from '../../texts/prompt-failures.js';
import { text } from '../../texts/texts.js';
import { onPress, onSubmit } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import { focusOn, h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { Able } from '../../ui/ways-out.js';
import type { Product } from '../products.js';
import { ApprovalWaiting } from './approval-waiting.js';
import type { Waiting } from './approval-waiting.js';
import { signInAnotherWay } from './fallback.js';
import { keptRecovery } from './kept-recovery.js';
import { signInOutcome } from './sign-in-outcome.js';

interface Attempt {
  readonly identifier?: string;
  readonly hint?: Hint;
}

/** The sign-in box of one product: by autofill, with a user name, with the passkey alone, or from elsewhere. */
export class SignInBox {
  readonly element: HTMLElement;
  readonly #api: DemoApi;
  readonly #notice = createNotice('sign-in-notice');
  readonly #result = h('div', { 'data-testid': 'sign-in-result' });
  readonly #autofill: AutofillSignIn;
  readonly #identifier = field(text('sign-in.identifier'), {
    name: 'username',
    autocomplete: 'username webauthn',
    autocapitalize: 'none',
    spellcheck: 'false',
    'data-testid': 'sign-in-identifier',
  });

  constructor(
    private readonly product: Product,
    private readonly device: Device,
    private readonly signedIn: (accountId: string, position: string) => void,
  ) {
    this.#api = new DemoApi(product.rp);
    this.#autofill = new AutofillSignIn(
      () => this.#api.startSignIn(this.#knownDevice()),
      (ceremonyId, credential) => {
        finished(this.#calls(), ceremonyId, credential)
          .then((outcome) => this.#show(outcome))
          .catch((error: unknown) => this.#explain(error, {}))
          .catch((error: unknown) => this.#notice.show(error));
      },
    );
    this.element = this.#box();
  }

  set identifier(value: string) {
    this.#identifier.input.value = value;
  }

  start(): void {
    this.#autofill.start();
    const kept = keptRecovery(this.product.rp);
    if (kept !== undefined) replaceContent(this.#result, this.#waiting({ signIn: kept }).element);
  }

  stop(): void {
    this.#autofill.stop();
  }

  #box(): HTMLElement {
    const named = button(text('action.continue'), 'primary', {
      type: 'submit',
      'data-testid': 'sign-in-continue',
    });
    const alone = button(text('sign-in.passkey'), 'secondary', { 'data-testid': 'sign-in-passkey' }, 'key');
    const form = h('form', { class: 'stack', novalidate: true }, this.#identifier.element, named);
    onSubmit(form, named, this.#notice, () => {
      const identifier = this.#identifier.input.value.trim();
      if (identifier !== '') return this.#signIn({ identifier });
      this.#identifier.input.focus();
      return Promise.reject(new Error(text('sign-in.identifier.missing')));
    });
    onPress(alone, this.#notice, () => this.#signIn());
    return h(
      'section',
      { class: 'card', 'aria-labelledby': 'sign-in-title' },
      h('h2', { id: 'sign-in-title' }, text('sign-in.title', { rpName: this.product.rpName })),
      h('p', { class: 'muted' }, text('sign-in.text')),
      form,
      h('p', { class: 'or' }, h('span', {}, text('sign-in.or'))),
      h('div', { class: 'stack' }, alone),
      this.#elsewhere(),
      h('div', { class: 'quiet-row' }, this.#otherWay()),
      this.#notice.element,
      this.#result,
    );
  }

  /** Passkeys that are not on this device: the browser's own prompt does the rest. */
  #elsewhere(): HTMLElement {
    const place = (hint: Hint, key: 'other-device' | 'security-key'): HTMLButtonElement => {
      const icon = hint === 'hybrid' ? 'scan' : 'security-key';
      const element = button(text(`sign-in.${key}`), 'quiet', { 'data-testid': `sign-in-${key}` }, icon);
      onPress(element, this.#notice, () => this.#signIn({ hint }));
      return element;
    };
    return h(
      'details',
      { 'data-testid': 'sign-in-elsewhere' },
      h('summary', {}, text('sign-in.elsewhere')),
      h(
        'div',
        { class: 'quiet-column' },
        place('hybrid', 'other-device'),
        place('security-key', 'security-key'),
      ),
    );
  }

  #otherWay(): HTMLElement {
    const other = button(text('sign-in.fallback'), 'quiet', { 'data-testid': 'sign-in-fallback' });
    onPress(other, this.#notice, () => this.#fallBack());
    return other;
  }

  async #fallBack(factor?: FallbackFactor): Promise<void> {
    const named = this.#identifier.input.value.trim();
    const outcome = await signInAnotherWay(this.#api, this.#knownDevice(), named, factor);
    if (outcome === undefined) return;
    this.#notice.clear();
    this.#show(outcome, outcome.factor);
  }

  async #signIn(attempt: Attempt = {}): Promise<void> {
    const { identifier, hint } = attempt;
    if (!passkeysSupported()) throw new Error(text('ceremony.unsupported'));
    this.#autofill.stop();
    try {
      const calls = this.#calls(identifier === undefined ? {} : { identifier });
      this.#show(await signIn(calls, hint === undefined ? {} : { hint }));
      this.#notice.clear();
    } catch (error) {
      this.#autofill.start();
      this.#explain(error, attempt);
    }
  }

  #calls(named: NamedUser = {}): AuthenticationCalls<SignInOutcome> {
    return {
      start: () => this.#api.startSignIn(this.#knownDevice(), named),
      finish: (ceremonyId, credential) => this.#api.verifySignIn(ceremonyId, credential),
      diagnose: (ceremonyId, report) => this.#api.diagnose(ceremonyId, report, this.device),
      signalsOf: (refusal) => (refusal instanceof Problem ? refusal.details.signals : undefined),
    };
  }

  /** Says what the service makes of it, with a button for each way on; or what happened in words of our own. */
  #explain(thrown: unknown, attempt: Attempt): void {
    const able = this.#able(attempt);
    if (thrown instanceof Problem && isDiagnosis(thrown.details)) {
      this.#notice.showDiagnosis(thrown.details, thrown, able);
      return;
    }
    if (!(thrown instanceof PromptFailed)) throw thrown;
    if (!thrown.aborted) this.#notice.showDiagnosis(thrown.diagnosis, inOurWords(thrown), able);
  }

  #able(attempt: Attempt): Able {
    return {
      'try-again': () => this.#signIn(attempt),
      'another-device': () => this.#signIn({ ...attempt, hint: 'hybrid' }),
      'security-key': () => this.#signIn({ ...attempt, hint: 'security-key' }),
      sms: () => this.#fallBack('sms'),
      email: () => this.#fallBack('email'),
      totp: () => this.#fallBack('totp'),
      password: () => this.#fallBack('password'),
    };
  }

  /** @param factor what it was proven by, if not by a passkey */
  #show(outcome: SignInOutcome, factor?: FallbackFactor): void {
    passOnSignals(outcome.signals);
    const { element, heading } =
      outcome.status === 'signed-in'
        ? signInOutcome(outcome)
        : this.#waiting({ signIn: outcome, matchNumber: outcome.matchNumber, factor });
    replaceContent(this.#result, element);
    focusOn(heading);
    if (outcome.status !== 'signed-in') return;
    keepDeviceToken(this.product.rp, outcome.accountId, outcome.deviceToken);
    this.signedIn(outcome.accountId, outcome.position);
  }

  #waiting(waiting: Omit<Waiting, 'api' | 'approved'>): ApprovalWaiting {
    const approved = (signedIn: SignedIn): void => this.#show(signedIn);
    return new ApprovalWaiting({ ...waiting, api: this.#api, approved });
  }

  /** The token of the account that used this browser last, for nobody is known before the sign-in. */
  #knownDevice(): Device {
    return { ...deviceTokenFor(this.product.rp, undefined), ...this.device };
  }
}
