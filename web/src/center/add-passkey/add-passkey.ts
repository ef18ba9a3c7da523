import { safeAddress } from '../../platform/addresses.js';
import type {
  DeviceCheck,
  DeviceProblem,
  Grant,
  PasskeyList,
  Registered,
  Storage,
} from '../../api/contract.js';
import { hasCode } from '../../api/problem.js';
import { cancelCeremony, createCredential } from '../../platform/ceremony.js';
import { keepDeviceToken } from '../../platform/device-tokens.js';
import { passOnSignals } from '../../platform/signals.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import { createSteps } from '../../ui/steps.js';
import type { Steps } from '../../ui/steps.js';
import { formatTime } from '../../ui/times.js';
import type { CenterContext } from '../center-context.js';
import { explainFailedPrompt } from '../center-context.js';
import { passSecurityCheck } from '../security-check.js';
import { storageChoice } from './storage-choice.js';

const GRANT_GONE = ['grant-expired', 'grant-not-found', 'grant-spent', 'security-epoch-passed'];

/** Adds passkeys to the account of one page. A grant outlives a closed prompt and a closed dialog. */
export class AddPasskeyFlow {
  #grant: Grant | undefined;

  constructor(private readonly context: CenterContext) {}

  /** Resolves with what was registered, or with nothing if the user left. */
  async run(policy: PasskeyList['policy']): Promise<Registered | undefined> {
    const steps = createSteps([text('add.step.device'), text('add.step.identity'), text('add.step.create')]);
    const dialog = openDialog('add-dialog', steps.element);
    const left = dialog.closed.then(() => {
      cancelCeremony();
      return undefined;
    });
    const registered = await Promise.race([left, this.#steps(dialog, steps, policy)]);
    dialog.close();
    return registered;
  }

  async #steps(dialog: FlowDialog, steps: Steps, policy: PasskeyList['policy']): Promise<Registered> {
    steps.go(1);
    await this.#checkDevice(dialog);
    let gone: Error | undefined;
    for (;;) {
      if (!this.#grantCounts()) {
        steps.go(2);
        this.#grant = await this.#confirmIdentity(dialog, gone);
      }
      steps.go(3);
      const outcome = await this.#create(dialog, policy);
      if (outcome !== 'grant-gone') return outcome;
      this.#grant = undefined;
      gone = new Error(text('add.grant-gone'));
    }
  }

  #grantCounts(): boolean {
    return this.#grant !== undefined && Date.parse(this.#grant.expiresAt) > Date.now();
  }

  /** Resolves once the device may go on: at once where there is nothing to say. */
  #checkDevice(dialog: FlowDialog): Promise<void> {
    const { account, device, session } = this.context;
    return new Promise((ready) => {
      const notice = createNotice('device-notice');
      const again = button(text('add.device.again'), 'secondary', { 'data-testid': 'device-again' });
      const onward = button(text('action.continue'), 'primary', { 'data-testid': 'device-continue' });
      const ask = async (): Promise<void> => {
        const check = await account.checkDevice(device, session.entryPoint);
        if (check.eligible && check.problems.length === 0) ready();
        else showCheck(check);
      };
      const showCheck = (check: DeviceCheck): void => {
        dialog.show({
          title: text(check.eligible ? 'add.device.tips' : 'add.device.blocked'),
          content: [
            h('ul', { class: 'problems' }, ...check.problems.map(problemItem)),
            notice.element,
            h('div', { class: 'button-row' }, check.eligible ? onward : again),
          ],
        });
      };
      onPress(again, notice, ask);
      onward.addEventListener('click', () => ready());
      dialog.show({
        title: text('add.title'),
        content: [
          session.purposeText !== '' && h('p', { class: 'lead' }, session.purposeText),
          waiting(text('add.device.checking')),
        ],
      });
      ask().catch((error: unknown) => {
        dialog.show({ title: text('add.title'), content: [notice.element, again] });
        notice.show(error);
      });
    });
  }

  async #confirmIdentity(dialog: FlowDialog, reason: Error | undefined): Promise<Grant> {
    dialog.show({ title: text('check.title'), content: [waiting(text('loading'))] });
    const { factors, advice } = await this.#factors(dialog);
    return passSecurityCheck(this.context, dialog, {
      purpose: 'bind-passkey',
      factors,
      advice,
      title: text('check.title'),
      text: text('check.text'),
      reason,
    });
  }

  async #factors(dialog: FlowDialog): ReturnType<CenterContext['account']['factors']> {
    try {
      return await this.context.account.factors('bind-passkey');
    } catch (error) {
      const notice = createNotice('factor-notice');
      const again = button(text('action.try-again'), 'secondary', { 'data-testid': 'factors-again' });
      dialog.show({ title: text('check.title'), content: [notice.element, again] });
      notice.show(error);
      await new Promise((pressed) => again.addEventListener('click', pressed, { once: true }));
      return this.#factors(dialog);
    }
  }

  #create(dialog: FlowDialog, policy: PasskeyList['policy']): Promise<Registered | 'grant-gone'> {
    return new Promise((finished) => {
      const notice = createNotice('create-notice');
      const kept = h('p', { class: 'hint', 'data-testid': 'grant-kept' });
      const storage = policy.max > 1 ? storageChoice() : undefined;
      const create = button(text('add.create.button'), 'primary', { 'data-testid': 'create-passkey' }, 'key');
      const attempt = async (): Promise<void> => {
        kept.textContent = '';
        const registered = await this.#register(storage?.chosen(), notice).catch((error: unknown) => {
          if (hasCode(error, ...GRANT_GONE)) return 'grant-gone' as const;
          throw error;
        });
        if (registered !== undefined) {
          finished(registered);
          return;
        }
        const expiresAt = new Date(this.#grant?.expiresAt ?? '');
        kept.textContent = text('add.create.kept', { time: formatTime(expiresAt) });
        create.lastElementChild?.replaceChildren(text('action.try-again'));
      };
      onPress(create, notice, attempt);
      dialog.show({
        title: text('add.create.title'),
        content: [
          h('p', {}, text('add.create.text')),
          storage?.element,
          notice.element,
          kept,
          h('div', { class: 'button-row' }, create),
        ],
        focus: create,
      });
    });
  }

  /** One prompt. Nothing where the prompt failed; the notice then says why. */
  async #register(
    storage: Storage | undefined,
    notice: ReturnType<typeof createNotice>,
  ): Promise<Registered | undefined> {
    const { account, device, session } = this.context;
    const { ceremonyId, publicKey } = await account.startRegistration({
      grant: this.#grant?.grant ?? '',
      device,
      entryPoint: session.entryPoint,
      ...(storage === undefined ? {} : { storage }),
    });
    try {
      const credential = await createCredential(publicKey);
      const registered = await account.register(ceremonyId, credential);
      this.#grant = undefined;
      keepDeviceToken(session.rp, session.accountId, registered.deviceToken);
      await passOnSignals(registered.signals);
      return registered;
    } catch (thrown) {
      await explainFailedPrompt(this.context, ceremonyId, thrown, notice);
      return undefined;
    }
  }
}

function problemItem(problem: DeviceProblem): HTMLElement {
  const { remedy } = problem;
  const address = safeAddress(remedy?.url);
  return h(
    'li',
    { 'data-testid': `device-problem-${problem.code}` },
    icon('alert'),
    h(
      'div',
      {},
      h('p', {}, problem.message),
      remedy !== undefined &&
        (address === undefined
          ? h('p', { class: 'hint' }, remedy.label)
          : h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, remedy.label)),
    ),
  );
}
