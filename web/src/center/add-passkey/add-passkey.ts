import type { Grant, PasskeyList, Registered } from '../../api/contract.js';
import { cancelPrompt } from '@latchkey/browser';
import { text } from '../../texts/texts.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { createSteps } from '../../ui/steps.js';
import type { Steps } from '../../ui/steps.js';
import { formatTime } from '../../ui/times.js';
import type { CenterContext } from '../center-context.js';
import { createPasskey } from './create-step.js';
import { checkDevice } from './device-step.js';
import { confirmIdentity } from './identity-step.js';

/** Adds passkeys to the account of one page. A grant outlives a closed prompt and a closed dialog. */
export class AddPasskeyFlow {
  #grant: Grant | undefined;

  constructor(private readonly context: CenterContext) {}

  /** Resolves with what was registered, or with nothing if the user left. */
  async run({ passkeys, policy }: PasskeyList): Promise<Registered | undefined> {
    const steps = createSteps([text('add.step.device'), text('add.step.identity'), text('add.step.create')]);
    const dialog = openDialog('add-dialog', steps.element);
    const left = dialog.closed.then(() => {
      cancelPrompt();
      return undefined;
    });
    const many = policy.max > 1;
    const vouchers = many && passkeys.some(({ status }) => status === 'active');
    const registered = await Promise.race([left, this.#steps(dialog, steps, many, vouchers)]);
    dialog.close();
    return registered;
  }

  async #steps(
    dialog: FlowDialog,
    steps: Steps,
    choosesStorage: boolean,
    offersVouching: boolean,
  ): Promise<Registered> {
    steps.go(1);
    await checkDevice(this.context, dialog);
    let gone: Error | undefined;
    for (;;) {
      if (!this.#grantCounts()) {
        steps.go(2);
        this.#grant = await confirmIdentity(this.context, dialog, gone);
      }
      steps.go(3);
      const { grant = '', expiresAt = '' } = this.#grant ?? {};
      const outcome = await createPasskey(this.context, dialog, {
        proof: { grant },
        title: text('add.create.title'),
        text: text('add.create.text'),
        kept: text('add.create.kept', { time: formatTime(new Date(expiresAt)) }),
        choosesStorage,
        offersVouching,
      });
      this.#grant = undefined;
      if (outcome !== 'proof-gone') return outcome;
      gone = new Error(text('add.grant-gone'));
    }
  }

  #grantCounts(): boolean {
    return this.#grant !== undefined && Date.parse(this.#grant.expiresAt) > Date.now();
  }
}
