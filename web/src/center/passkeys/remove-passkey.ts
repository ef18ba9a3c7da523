import type { Passkey } from '../../api/contract.js';
import { hasCode } from '../../api/problem.js';
import { passOnSignals } from '../../platform/signals.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';
import { requestApproval } from '../step-up/step-up.js';
import type { ApprovalRequest } from '../step-up/step-up.js';

/** Asks, proves and removes. Resolves with whether the passkey is gone; refusals are thrown. */
export async function removePasskey(context: CenterContext, passkey: Passkey): Promise<boolean> {
  const answer = await confirmRemoval(context, passkey);
  if (answer === 'kept') return false;
  if (answer !== 'removed') {
    const proof = await requestApproval(context, answer);
    if (proof === undefined) return false;
    const { signals } = await context.account.remove(passkey.passkeyId, proof.token);
    await passOnSignals(signals);
  }
  return true;
}

/** Where the removal needs a fresh proof, what that proof must approve. */
async function confirmRemoval(
  context: CenterContext,
  passkey: Passkey,
): Promise<'kept' | 'removed' | ApprovalRequest> {
  const dialog = openDialog('remove-dialog');
  const notice = createNotice('remove-notice');
  const keep = button(text('action.cancel'), 'secondary', { 'data-testid': 'remove-cancel' });
  const remove = button(text('remove.button'), 'danger', { 'data-testid': 'remove-confirm' }, 'trash');
  keep.addEventListener('click', () => dialog.close());
  const pressed = new Promise<'removed' | ApprovalRequest>((answered) =>
    onPress(remove, notice, async () => {
      try {
        const { signals } = await context.account.remove(passkey.passkeyId);
        await passOnSignals(signals);
        answered('removed');
      } catch (error) {
        if (!hasCode(error, 'step-up-required')) throw error;
        const { action = 'remove-passkey', parameters = {} } = error.details;
        const summary = text('remove.summary', { name: passkey.name });
        answered({ action, parameters, summary, details: {} });
      }
    }),
  );
  dialog.show({
    title: text('remove.title'),
    content: [
      h('p', {}, text('remove.text', { name: passkey.name })),
      notice.element,
      h('div', { class: 'button-row' }, keep, remove),
    ],
  });
  const answer = await Promise.race([dialog.closed.then(() => 'kept' as const), pressed]);
  dialog.close();
  return answer;
}
