import type { Passkey } from '../../api/contract.js';
import { passOnSignals } from '@latchkey/browser';
import { text } from '../../texts/texts.js';
import { confirmDanger } from '../../ui/confirm-danger.js';
import type { CenterContext } from '../center-context.js';
import { withFreshProof } from '../step-up/fresh-proof.js';

/** Asks, proves and removes. Resolves with whether the passkey is gone; refusals are thrown. */
export async function removePasskey(context: CenterContext, passkey: Passkey): Promise<boolean> {
  const { passkeyId, name } = passkey;
  const sure = await confirmDanger({
    testId: 'remove',
    title: text('remove.title'),
    text: text('remove.text', { name }),
    button: text('remove.button'),
  });
  if (!sure) return false;
  const removed = await withFreshProof(context, { summary: text('remove.summary', { name }) }, (token) =>
    context.account.remove(passkeyId, token),
  );
  passOnSignals(removed?.signals);
  return removed !== undefined;
}
