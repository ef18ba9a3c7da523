import type { SignInApproval } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { onPress, onSubmit } from '../../ui/actions.js';
import { button, field } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import { formatDateAndTime, timeElement } from '../../ui/times.js';
import { toast } from '../../ui/toast.js';
import type { CenterContext } from '../center-context.js';
import { withFreshProof } from '../step-up/fresh-proof.js';
import { deviceName } from './device-name.js';

const EVERY_MS = 4000;

/** Sign-ins on new devices that wait for this one's word. It keeps itself up to date while the page is in view. */
export class ApprovalSection {
  readonly element = h('div', { class: 'stack', role: 'region', 'aria-label': text('approval.open.title') });
  #shown = '';
  #timer: number | undefined;

  constructor(
    private readonly context: CenterContext,
    private readonly changed: () => void,
  ) {
    document.addEventListener('visibilitychange', () => void this.refresh());
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.hidden || this.#gone()) return;
    const approvals = await this.context.account.openApprovals();
    if (this.#gone()) return;
    // Rebuilding an unchanged request would take away the number that is being typed.
    const shown = approvals.map(({ approvalId, status }) => `${approvalId} ${status}`).join();
    if (shown !== this.#shown) {
      this.#shown = shown;
      replaceContent(this.element, ...approvals.map((approval) => this.#card(approval)));
    }
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.refresh(), EVERY_MS);
  }

  /** Asked anew after every wait: the page may have ended meanwhile. */
  #gone(): boolean {
    return !this.element.isConnected;
  }

  #card(approval: SignInApproval): HTMLElement {
    const { account, device: own } = this.context;
    const { approvalId, approvedFrom, device, requestedAt, status } = approval;
    const name = deviceName(device);
    const notice = createNotice('approval-notice');
    const number = field(text('approval.open.number'), {
      class: 'code-input',
      inputmode: 'numeric',
      autocomplete: 'off',
      maxlength: 8,
      'data-testid': 'approval-number',
    });
    const approve = button(text('approval.open.approve'), 'primary', {
      type: 'submit',
      'data-testid': 'approval-approve',
    });
    const deny = button(text('approval.open.deny'), 'secondary', { 'data-testid': 'approval-deny' });
    const form = h(
      'form',
      { class: 'stack', novalidate: true },
      number.element,
      notice.element,
      h('div', { class: 'button-row start' }, approve, deny),
    );
    onSubmit(form, approve, notice, async () => {
      const matchNumber = number.input.value.trim();
      if (matchNumber === '') {
        number.input.focus();
        throw new Error(text('approval.open.number.missing'));
      }
      const summary = text('approval.summary', { device: name });
      const approved = await withFreshProof(this.context, { summary }, (token) =>
        account.decideApproval(approvalId, { decision: 'approve', matchNumber, device: own }, token),
      );
      if (approved !== undefined) await this.#decided(text('approval.approved'));
    });
    onPress(deny, notice, async () => {
      await account.decideApproval(approvalId, { decision: 'deny', device: own });
      await this.#decided(text('approval.refused'));
    });
    return h(
      'section',
      { class: 'card attention', 'data-testid': 'approval-open' },
      h('div', { class: 'title-line' }, icon('another-device'), h('h2', {}, text('approval.open.title'))),
      h('p', { class: 'muted' }, text('approval.open.text')),
      status === 'recovering' &&
        h(
          'p',
          { class: 'notice danger', 'data-testid': 'approval-recovering' },
          icon('alert'),
          text('approval.open.recovering', { time: formatDateAndTime(new Date(approvedFrom ?? '')) }),
        ),
      h(
        'dl',
        { class: 'details' },
        h(
          'div',
          {},
          h('dt', {}, text('approval.open.device')),
          h('dd', { 'data-testid': 'approval-device' }, name),
        ),
        h('div', {}, h('dt', {}, text('approval.open.at')), h('dd', {}, timeElement(requestedAt))),
      ),
      form,
    );
  }

  async #decided(said: string): Promise<void> {
    toast(said);
    await this.refresh();
    this.changed();
  }
}
