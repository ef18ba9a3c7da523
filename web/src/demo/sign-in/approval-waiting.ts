import type { ApprovalRequired, SignedIn } from '../../api/contract.js';
import type { DemoApi } from '../../api/demo.js';
import { text } from '../../texts/texts.js';
import { waiting } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';

const EVERY_MS = 1500;

/** The number to type on a trusted device, shown until that device has decided. */
export function approvalWaiting(
  api: DemoApi,
  rpName: string,
  required: ApprovalRequired,
  approved: (signedIn: SignedIn) => void,
): { element: HTMLElement; heading: HTMLElement } {
  const notice = createNotice('approval-notice');
  const state = h('div', { 'data-testid': 'approval-state' }, waiting(text('approval.waiting.status')));
  const heading = h('h3', {}, text('approval.waiting.title'));
  const element = h(
    'div',
    { class: 'success-box', 'data-testid': 'approval-required' },
    heading,
    h('p', {}, text('approval.waiting.text')),
    h('p', { class: 'match-number', 'data-testid': 'match-number' }, required.matchNumber),
    state,
    notice.element,
    h(
      'details',
      {},
      h('summary', {}, text('approval.lost')),
      h('p', { class: 'hint' }, text('approval.lost.text', { rpName })),
    ),
  );
  const ask = async (): Promise<void> => {
    if (!element.isConnected) return;
    try {
      const { status, accountId, token, deviceToken, position } = await api.collectSignIn(required);
      if (accountId !== undefined && token !== undefined) {
        approved({
          status: 'signed-in',
          accountId,
          token,
          position,
          ...(deviceToken !== undefined && { deviceToken }),
        });
        return;
      }
      if (status === 'denied' || status === 'expired') {
        replaceContent(state, h('p', { class: 'notice-lead' }, text(`approval.${status}`)));
        return;
      }
    } catch (error) {
      notice.show(error);
    }
    setTimeout(() => void ask(), EVERY_MS);
  };
  setTimeout(() => void ask(), EVERY_MS);
  return { element, heading };
}
