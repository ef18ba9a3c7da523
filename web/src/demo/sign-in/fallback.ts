import type { FallbackFactor, SignInOutcome } from '../../api/contract.js';
import type { DemoApi } from '../../api/demo.js';
import type { Device } from '@latchkey/browser';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { field, waiting } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { methodChoice, secretForm } from './secret-form.js';

/** What came of it, and by which way. */
export type FallbackOutcome = SignInOutcome & { readonly factor: FallbackFactor };

/**
 * Signs in without a passkey, by one of the product's other ways. Resolves with nothing if the user left.
 * @param factor the way, where it has been chosen and it is known for whom
 */
export async function signInAnotherWay(
  api: DemoApi,
  device: Device,
  identifier: string,
  factor?: FallbackFactor,
): Promise<FallbackOutcome | undefined> {
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

  async run(identifier: string, factor: FallbackFactor | undefined): Promise<FallbackOutcome> {
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
    signedIn: (outcome: FallbackOutcome) => void,
  ): Promise<void> {
    const { checkId } = await this.api.startFallback(identifier, factor, this.device);
    const again = (): void => this.#choose(fallbacks, identifier, signedIn);
    secretForm(this.dialog, factor, {
      testId: 'fallback',
      again,
      verify: async (typed) => {
        const outcome =
          factor === 'password'
            ? await this.api.verifyPassword(checkId, identifier, typed)
            : await this.api.verifyFallback(checkId, typed);
        signedIn({ ...outcome, factor });
      },
    });
  }

  #choose(
    fallbacks: readonly FallbackFactor[],
    identifier: string,
    signedIn: (outcome: FallbackOutcome) => void,
  ): void {
    const notice = createNotice('fallback-notice');
    const name = field(text('sign-in.identifier'), {
      value: identifier,
      autocomplete: 'username',
      autocapitalize: 'none',
      'data-testid': 'fallback-identifier',
    });
    const choices = fallbacks.map((factor) => {
      const choice = methodChoice(factor, `fallback-${factor}`);
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
}
