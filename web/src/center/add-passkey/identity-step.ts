import type { Grant } from '../../api/contract.js';
import { problemText } from '../../texts/problems.js';
import { text } from '../../texts/texts.js';
import { button, waiting } from '../../ui/controls.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';
import { passSecurityCheck } from '../security-check.js';

/** One of the factors that the product's policy takes before a passkey is bound, as the user chooses. */
export async function confirmIdentity(
  context: CenterContext,
  dialog: FlowDialog,
  reason: Error | undefined,
): Promise<Grant> {
  dialog.show({ title: text('check.title'), content: [waiting(text('loading'))] });
  const { factors, advice, until } = await openFactors(context, dialog);
  return passSecurityCheck(context, dialog, {
    purpose: 'bind-passkey',
    factors,
    advice: until === undefined ? advice : problemText({ code: 'account-locked', until }),
    title: text('check.title'),
    text: text('check.text'),
    reason,
  });
}

async function openFactors(
  context: CenterContext,
  dialog: FlowDialog,
): ReturnType<CenterContext['account']['factors']> {
  try {
    return await context.account.factors('bind-passkey');
  } catch (error) {
    const notice = createNotice('factor-notice');
    const again = button(text('action.try-again'), 'secondary', { 'data-testid': 'factors-again' });
    dialog.show({ title: text('check.title'), content: [notice.element, again] });
    notice.show(error);
    await new Promise((pressed) => again.addEventListener('click', pressed, { once: true }));
    return openFactors(context, dialog);
  }
}
