import type { FallbackFactor, StartedRecovery, WaitingSignIn } from '../../api/contract.js';
import type { DemoApi } from '../../api/demo.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { methodChoice, secretForm } from './secret-form.js';

/**
 * Puts a second factor in the place of trusted devices that are all lost.
 * @param factors the product's ways to sign in, without the one that carried this sign-in
 * @returns when it counts, or nothing if the user left
 */
export async function recoverWithoutDevice(
  api: DemoApi,
  waiting: WaitingSignIn,
  factors: readonly FallbackFactor[],
): Promise<StartedRecovery | undefined> {
  const dialog = openDialog('recovery-dialog');
  const left = dialog.closed.then(() => undefined);
  const started = await Promise.race([
    left,
    new Promise<StartedRecovery>((began) => chooseFactor(api, waiting, factors, dialog, began)),
  ]);
  dialog.close();
  return started;
}

function chooseFactor(
  api: DemoApi,
  waiting: WaitingSignIn,
  factors: readonly FallbackFactor[],
  dialog: FlowDialog,
  began: (started: StartedRecovery) => void,
): void {
  const notice = createNotice('recovery-notice');
  const again = (): void => chooseFactor(api, waiting, factors, dialog, began);
  const choices = factors.map((factor) => {
    const choice = methodChoice(factor, `recovery-${factor}`);
    onPress(choice, notice, async () => {
      const check =
        factor === 'password' ? undefined : await api.startRecoveryCheck(waiting.accountId, factor);
      secretForm(dialog, factor, {
        testId: 'recovery',
        said:
          check && text('code.sent', { destination: check.destination ?? text(`factor.${check.factor}`) }),
        again,
        verify: async (typed) => {
          const proof = check === undefined ? { password: typed } : { checkId: check.checkId, code: typed };
          began(await api.recoverSignIn(waiting, proof));
        },
      });
    });
    return h('li', {}, choice);
  });
  dialog.show({
    title: text('recovery.title'),
    content: [h('p', {}, text('recovery.text')), notice.element, h('ul', { class: 'choices' }, ...choices)],
  });
}
