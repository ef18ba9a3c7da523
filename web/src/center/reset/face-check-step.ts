import { safeAddress } from '../../platform/addresses.js';
import type { ResetState } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { linkButton, waiting } from '../../ui/controls.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';

const EVERY_MS = 1500;

/** A reset about which there is nothing left to wait for. */
type Decided = ResetState & { readonly status: Exclude<ResetState['status'], 'requested' | 'retry'> };

/** Waits for the provider's verdict, through as many tries as it takes. Resolves once the reset can't go on as it is. */
export function awaitFaceCheck(
  { account, session }: CenterContext,
  dialog: FlowDialog,
  reset: { readonly resetId: string; readonly url?: string },
): Promise<Decided> {
  const notice = createNotice('face-notice');
  const state = h('div', { 'data-testid': 'face-state' }, waiting(text('reset.face.waiting')));
  const address = safeAddress(reset.url);
  const open =
    address === undefined
      ? undefined
      : linkButton(text('reset.face.open'), address, {
          target: '_blank',
          rel: 'noopener',
          'data-testid': 'face-open',
        });
  dialog.show({
    title: text('reset.face.title'),
    content: [
      h(
        'p',
        {},
        open === undefined ? text('reset.face.in-app', { rpName: session.rpName }) : text('reset.face.text'),
      ),
      open && h('div', {}, open),
      notice.element,
      state,
    ],
    ...(open === undefined ? {} : { focus: open }),
  });

  return new Promise((decided) => {
    let attempt = 1;
    const ask = async (): Promise<void> => {
      if (!dialog.isOpen) return;
      try {
        const current = await account.reset(reset.resetId);
        if (current.status !== 'requested' && current.status !== 'retry') {
          decided({ ...current, status: current.status });
          return;
        }
        if (current.status === 'retry' && current.attempt !== attempt) {
          attempt = current.attempt;
          notice.show(new Error(text('reset.retry')));
          replaceContent(state, waiting(text('reset.face.waiting')));
        }
      } catch (error) {
        notice.show(error);
      }
      setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
  });
}
