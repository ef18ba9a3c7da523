import { keepDeviceToken, registerPasskey } from '@latchkey/browser';
import type { Registered, RegistrationProof, Storage } from '../../api/contract.js';
import { hasCode } from '../../api/problem.js';
import { text } from '../../texts/texts.js';
import { onPress, runBusy } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { Notice } from '../../ui/notice.js';
import type { Able } from '../../ui/ways-out.js';
import type { CenterContext } from '../center-context.js';
import { explainFailedPrompt } from '../center-context.js';
import { storageChoice } from './storage-choice.js';
import { offerVouching } from './vouching.js';

const PROOF_GONE = [
  'grant-expired',
  'grant-not-found',
  'grant-spent',
  'reset-required',
  'reset-secret-invalid',
  'reset-secret-spent',
  'reset-window-closed',
  'security-epoch-passed',
];
const VOUCHING_GONE = ['step-up-not-found', 'step-up-already-used', 'step-up-expired'];

export interface CreateStep {
  readonly proof: RegistrationProof;
  readonly title: string;
  readonly text: string;
  /** Said after a prompt that failed: what needs no repeating. */
  readonly kept: string;
  readonly choosesStorage: boolean;
  readonly offersVouching: boolean;
}

/** The system's prompt, as often as it takes. `proof-gone`: what let the passkey be added no longer counts. */
export function createPasskey(
  context: CenterContext,
  dialog: FlowDialog,
  step: CreateStep,
): Promise<Registered | 'proof-gone'> {
  return new Promise((finished) => {
    const notice = createNotice('create-notice');
    const kept = h('p', { class: 'hint', 'data-testid': 'grant-kept' });
    const storage = step.choosesStorage ? storageChoice() : undefined;
    const vouching = step.offersVouching ? offerVouching(context) : undefined;
    const create = button(text('add.create.button'), 'primary', { 'data-testid': 'create-passkey' }, 'key');
    const keepIn = (place: Storage) => (): Promise<void> => {
      storage?.choose(place);
      create.focus();
      return runBusy(create, notice, prompt);
    };
    const able: Able =
      storage === undefined
        ? {}
        : {
            'this-device': keepIn('this-device'),
            'another-device': keepIn('another-device'),
            'security-key': keepIn('security-key'),
          };
    const prompt = async (): Promise<void> => {
      kept.textContent = '';
      try {
        const asked = { proof: step.proof, storage: storage?.chosen(), vouching: vouching?.token() };
        const registered = await promptAndRegister(context, asked, notice, able);
        if (registered !== undefined) {
          finished(registered);
          return;
        }
        kept.textContent = step.kept;
        create.lastElementChild?.replaceChildren(text('action.try-again'));
      } catch (error) {
        if (hasCode(error, ...PROOF_GONE)) finished('proof-gone');
        else {
          if (hasCode(error, ...VOUCHING_GONE)) vouching?.restart();
          throw error;
        }
      }
    };
    onPress(create, notice, prompt);
    dialog.show({
      title: step.title,
      content: [
        h('p', {}, step.text),
        storage?.element,
        vouching?.element,
        notice.element,
        kept,
        h('div', { class: 'button-row' }, create),
      ],
      focus: create,
    });
  });
}

/** One prompt. Nothing where the prompt failed; the notice then says why. */
async function promptAndRegister(
  context: CenterContext,
  asked: {
    readonly proof: RegistrationProof;
    readonly storage: Storage | undefined;
    readonly vouching: string | undefined;
  },
  notice: Notice,
  able: Able,
): Promise<Registered | undefined> {
  const { account, device, session } = context;
  const { proof, storage, vouching } = asked;
  try {
    const registered = await registerPasskey<Registered>({
      start: () =>
        account.startRegistration(
          { ...proof, device, entryPoint: session.entryPoint, ...(storage === undefined ? {} : { storage }) },
          vouching,
        ),
      finish: (ceremonyId, credential) => account.register(ceremonyId, credential),
      diagnose: (ceremonyId, report) => account.diagnose(ceremonyId, report, device),
    });
    keepDeviceToken(session.rp, session.accountId, registered.deviceToken);
    return registered;
  } catch (thrown) {
    explainFailedPrompt(thrown, notice, able);
    return undefined;
  }
}
