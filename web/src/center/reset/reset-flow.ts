import type { PasskeyList, Registered, ResetState, StartedReset } from '../../api/contract.js';
import { hasCode } from '../../api/problem.js';
import { cancelPrompt } from '@latchkey/browser';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { openDialog } from '../../ui/dialog.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { createSteps } from '../../ui/steps.js';
import type { Steps } from '../../ui/steps.js';
import { formatTime } from '../../ui/times.js';
import { createPasskey } from '../add-passkey/create-step.js';
import { checkDevice } from '../add-passkey/device-step.js';
import type { CenterContext } from '../center-context.js';
import { awaitFaceCheck } from './face-check-step.js';
import { forgetReset, keepReset, keptReset } from './reset-memory.js';

type Begun = Pick<StartedReset, 'resetId' | 'url'>;

const EFFECTS = ['old', 'stop', 'told', 'cancel'] as const;

/**
 * Replaces the passkeys by a face check: what happens, the check, the new passkey. Goes on where a reset that this
 * browser began stands. Resolves with the new passkey, or with nothing if it came to none.
 */
export async function resetPasskey(
  context: CenterContext,
  policy: PasskeyList['policy'],
): Promise<Registered | undefined> {
  const steps = createSteps([text('reset.step.explain'), text('reset.step.face'), text('reset.step.create')]);
  const dialog = openDialog('reset-dialog', steps.element);
  const left = dialog.closed.then(() => {
    cancelPrompt();
    return undefined;
  });
  const registered = await Promise.race([left, run(context, dialog, steps, policy)]);
  dialog.close();
  return registered;
}

async function run(
  context: CenterContext,
  dialog: FlowDialog,
  steps: Steps,
  policy: PasskeyList['policy'],
): Promise<Registered | undefined> {
  const { rp, accountId } = context.session;
  steps.go(1);
  // A device that can't hold the new passkey must not cost the old one.
  await checkDevice(context, dialog);
  let begun = keptReset(rp, accountId);
  if (begun === undefined) {
    begun = await explainAndBegin(context, dialog);
    keepReset(rp, accountId, begun);
  }
  steps.go(2);
  const verdict = await awaitFaceCheck(context, dialog, begun);
  if (verdict.status === 'passed') {
    steps.go(3);
    const { resetId } = begun;
    const until = { time: formatTime(new Date(verdict.windowUntil ?? '')) };
    const outcome = await createPasskey(context, dialog, {
      proof: { resetId },
      title: text('reset.create.title'),
      text: text('reset.create.text', until),
      kept: text('reset.window.text', until),
      choosesStorage: policy.max > 1,
      offersVouching: false,
    });
    forgetReset(rp, accountId);
    if (outcome !== 'proof-gone') return outcome;
  }
  forgetReset(rp, accountId);
  await sayTheEnd(context, dialog, verdict.status === 'passed' ? 'expired' : verdict.status);
  return run(context, dialog, steps, policy);
}

function explainAndBegin({ account, device }: CenterContext, dialog: FlowDialog): Promise<Begun> {
  return new Promise((begun) => {
    const notice = createNotice('reset-notice');
    const begin = button(text('reset.begin'), 'primary', { 'data-testid': 'reset-begin' }, 'face');
    let replaces: string | undefined;
    onPress(begin, notice, async () => {
      try {
        begun(await account.requestReset(device, replaces));
      } catch (error) {
        // Whoever reads that one is open, and presses again, has lost its window.
        if (hasCode(error, 'reset-under-way')) replaces = error.details.resetId;
        throw error;
      }
    });
    dialog.show({
      title: text('reset.title'),
      content: [
        h('p', {}, text('reset.text')),
        h(
          'ul',
          { class: 'bullets' },
          ...EFFECTS.map((effect) => h('li', {}, text(`reset.effect.${effect}`))),
        ),
        notice.element,
        h('div', { class: 'button-row' }, begin),
      ],
      focus: begin,
    });
  });
}

type End = Exclude<ResetState['status'], 'requested' | 'retry' | 'passed'>;

/** Stays until it is closed; resolves where the user begins anew. */
function sayTheEnd({ session }: CenterContext, dialog: FlowDialog, status: End): Promise<void> {
  const close = button(text('action.close'), 'secondary', { 'data-testid': 'reset-close' });
  close.addEventListener('click', () => dialog.close());
  const anew = button(text('reset.anew'), 'primary', { 'data-testid': 'reset-anew' });
  const mayBeAnew = status === 'expired' || status === 'cancelled';
  const pressed = new Promise<void>((begin) => anew.addEventListener('click', () => begin()));
  dialog.show({
    title: text('reset.title'),
    content: [
      h('p', { 'data-testid': 'reset-end' }, text(`reset.${status}`, { rpName: session.rpName })),
      h('div', { class: 'button-row' }, close, mayBeAnew && anew),
    ],
    focus: mayBeAnew ? anew : close,
  });
  return pressed;
}
