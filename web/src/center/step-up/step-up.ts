import { cancelPrompt, passOnSignals, stepUp as approve } from '@latchkey/browser';
import type { FailureReport, Hint } from '@latchkey/browser';
import type {
  AuthenticationResponseJSON,
  CodeFactor,
  Factor,
  Labels,
  Method,
  Parameters,
  StepUp,
  StepUpProof,
} from '../../api/contract.js';
import { Problem } from '../../api/problem.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { leaving } from '../../ui/ways-out.js';
import { approvalSummary } from './approval-summary.js';
import type { CenterContext } from '../center-context.js';
import { explainFailedPrompt } from '../center-context.js';
import { passSecurityCheck } from '../security-check.js';

export interface ApprovalRequest {
  readonly action: string;
  readonly parameters: Parameters;
  /** The sentence that says what is approved. */
  readonly summary: string;
  /** What people call the parameters, which are then listed below it; ids of our own are listed nowhere. */
  readonly labels?: Labels;
}

const CODE_FACTORS: readonly CodeFactor[] = ['sms', 'email', 'totp'];

/** Asks the user to approve one action. Resolves with the proof, or with nothing if the user left. */
export async function requestApproval(
  context: CenterContext,
  request: ApprovalRequest,
): Promise<StepUpProof | undefined> {
  const dialog = openDialog('approve-dialog', approvalSummary(request));
  const left = dialog.closed.then(() => {
    cancelPrompt();
    return undefined;
  });
  const proof = await Promise.race([
    left,
    new Promise<StepUpProof>((proven) => void new Approval(context, dialog, request, proven).begin()),
  ]);
  dialog.close();
  return proof;
}

class Approval {
  constructor(
    private readonly context: CenterContext,
    private readonly dialog: FlowDialog,
    private readonly request: ApprovalRequest,
    private readonly proven: (proof: StepUpProof) => void,
  ) {}

  async begin(): Promise<void> {
    const { account, device } = this.context;
    this.dialog.show({ title: text('approve.title'), content: [waiting(text('approve.preparing'))] });
    try {
      const [stepUp, factors] = await Promise.all([
        account.startStepUp(this.request.action, this.request.parameters, device),
        this.#openFactors(),
      ]);
      this.#offerMethods(stepUp, factors);
    } catch (error) {
      this.#showFailure(error);
    }
  }

  /** Where the account's factors can't be told, each is offered and the service decides. */
  async #openFactors(): Promise<readonly Factor[]> {
    try {
      return (await this.context.account.factors('step-up')).factors;
    } catch {
      return CODE_FACTORS.map((factor) => ({ factor }));
    }
  }

  #offerMethods(stepUp: StepUp, open: readonly Factor[]): void {
    const notice = createNotice('approve-notice');
    const withPasskey = stepUp.methods.filter((methods) => methods.includes('passkey'));
    const second = withPasskey.map(codeFactors);
    const alone = open.filter(({ factor }) =>
      stepUp.methods.some((methods) => methods.length === 1 && methods[0] === factor),
    );

    const passkey = button(text('approve.passkey'), 'primary', { 'data-testid': 'approve-passkey' }, 'key');
    const goOn = (credential: AuthenticationResponseJSON): Promise<void> => {
      if (second.some((factors) => factors.length === 0)) return this.#verify(stepUp, { credential });
      const allowed = open.filter(({ factor }) => second.some((factors) => factors.includes(factor)));
      void this.#checkFactor(stepUp, allowed, credential);
      return Promise.resolve();
    };
    const { account, device, flows } = this.context;
    const calls = {
      start: () => Promise.resolve(stepUp),
      finish: (_ceremonyId: string, credential: AuthenticationResponseJSON) => goOn(credential),
      diagnose: (ceremonyId: string, report: FailureReport) => account.diagnose(ceremonyId, report, device),
    };
    const prompt = async (hint?: Hint): Promise<void> => {
      try {
        await approve(calls, hint === undefined ? {} : { hint });
      } catch (thrown) {
        explainFailedPrompt(thrown, notice, {
          'try-again': () => prompt(hint),
          'another-device': () => prompt('hybrid'),
          'security-key': () => prompt('security-key'),
          ...leaving(this.dialog, flows),
        });
      }
    };
    onPress(passkey, notice, () => prompt());
    const instead = alone.map((factor) => {
      const choice = button(text('approve.instead', { method: text(`method.${factor.factor}`) }), 'quiet', {
        'data-testid': `approve-instead-${factor.factor}`,
      });
      choice.addEventListener('click', () => void this.#checkFactor(stepUp, [factor]));
      return choice;
    });

    const offered = withPasskey.length > 0 ? [passkey, ...instead] : instead;
    this.dialog.show({
      title: text('approve.title'),
      content: [
        h('p', {}, text(offered.length > 0 ? 'approve.text' : 'approve.no-method')),
        notice.element,
        h('div', { class: 'stack' }, ...offered),
      ],
      ...(withPasskey.length > 0 ? { focus: passkey } : {}),
    });
  }

  async #checkFactor(
    stepUp: StepUp,
    factors: readonly Factor[],
    credential?: AuthenticationResponseJSON,
  ): Promise<void> {
    const { grant } = await passSecurityCheck(this.context, this.dialog, {
      purpose: 'step-up',
      stepUpId: stepUp.stepUpId,
      factors,
      title: text(credential === undefined ? 'check.title' : 'approve.second.title'),
      text: text(credential === undefined ? 'check.text' : 'approve.second.text'),
    });
    await this.#verify(stepUp, credential === undefined ? { grant } : { credential, grant });
  }

  async #verify(
    stepUp: StepUp,
    proof: { credential?: AuthenticationResponseJSON; grant?: string },
  ): Promise<void> {
    this.dialog.show({ title: text('approve.title'), content: [waiting(text('approve.finishing'))] });
    try {
      this.proven(await this.context.account.verifyStepUp(stepUp.stepUpId, proof));
    } catch (error) {
      this.#showFailure(error);
    }
  }

  /** A step-up that failed is over: trying again opens another. */
  #showFailure(error: unknown): void {
    const notice = createNotice('approve-notice');
    const again = button(text('action.try-again'), 'secondary', { 'data-testid': 'approve-again' });
    again.addEventListener('click', () => void this.begin());
    this.dialog.show({
      title: text('approve.title'),
      content: [notice.element, h('div', { class: 'button-row' }, again)],
      focus: again,
    });
    notice.show(error);
    if (error instanceof Problem) passOnSignals(error.details.signals);
  }
}

function codeFactors(methods: readonly Method[]): readonly CodeFactor[] {
  return methods.filter((method) => method !== 'passkey');
}
