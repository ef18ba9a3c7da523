import type { CollectedSignIn, FallbackFactor, SignedIn, WaitingSignIn } from '../../api/contract.js';
import type { DemoApi } from '../../api/demo.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import { focusOn, h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { formatDateAndTime } from '../../ui/times.js';
import { forgetRecovery, keepRecovery } from './kept-recovery.js';
import { recoverWithoutDevice } from './recovery.js';

const EVERY_MS = 1500;
/** A recovery waits for long, and may be refused at any time. */
const AT_LEAST_EVERY_MS = 15_000;

export interface Waiting {
  readonly api: DemoApi;
  readonly signIn: WaitingSignIn;
  /** To be typed on a trusted device; none where the page was left meanwhile. */
  readonly matchNumber?: string;
  /** What carried the sign-in, if it was no passkey: it proves nothing a second time. */
  readonly factor?: FallbackFactor | undefined;
  readonly approved: (signedIn: SignedIn) => void;
}

/** Shown on the new device until a trusted one has decided, or a second factor counts in its place. */
export class ApprovalWaiting {
  readonly heading = h('h3', {}, text('approval.waiting.title'));
  readonly element: HTMLElement;
  readonly #notice = createNotice('approval-notice');
  readonly #state = h(
    'div',
    { 'aria-live': 'polite', 'data-testid': 'approval-state' },
    waiting(text('approval.waiting.status')),
  );

  constructor(private readonly waiting: Waiting) {
    const { matchNumber } = waiting;
    if (matchNumber === undefined) this.heading.textContent = text('recovery.waiting.title');
    this.element = h(
      'div',
      { class: 'success-box', 'data-testid': 'approval-required' },
      this.heading,
      ...(matchNumber === undefined ? [] : numberToType(matchNumber)),
      this.#state,
      this.#notice.element,
      matchNumber !== undefined && this.#lostDevices(),
    );
    setTimeout(() => void this.#ask(), matchNumber === undefined ? 0 : EVERY_MS);
  }

  #lostDevices(): HTMLElement {
    const { api, signIn, factor: carried } = this.waiting;
    const notice = createNotice('approval-lost-notice');
    const recover = button(text('recovery.start'), 'secondary', { 'data-testid': 'recovery-start' });
    const element = h(
      'details',
      {},
      h('summary', { 'data-testid': 'approval-lost' }, text('approval.lost')),
      h(
        'div',
        { class: 'stack' },
        h('p', { class: 'hint' }, text('approval.lost.text')),
        h('div', {}, recover),
        notice.element,
      ),
    );
    onPress(recover, notice, async () => {
      const { fallbacks } = await api.product();
      const others = fallbacks.filter((factor) => factor !== carried);
      const started = await recoverWithoutDevice(api, signIn, others);
      if (started === undefined) return;
      keepRecovery(api.rp, signIn);
      element.remove();
      this.heading.textContent = text('recovery.waiting.title');
      this.#showRecovery(started.approvedFrom);
      focusOn(this.heading);
    });
    return element;
  }

  async #ask(): Promise<void> {
    if (!this.element.isConnected) return;
    let pause = EVERY_MS;
    try {
      const collected = await this.waiting.api.collectSignIn(this.waiting.signIn);
      if (this.#isOver(collected)) return;
      if (collected.status === 'recovering' && collected.approvedFrom !== undefined) {
        this.#showRecovery(collected.approvedFrom);
        const left = Date.parse(collected.approvedFrom) - Date.now();
        pause = Math.min(Math.max(left, EVERY_MS), AT_LEAST_EVERY_MS);
      }
    } catch (error) {
      this.#notice.show(error);
    }
    setTimeout(() => void this.#ask(), pause);
  }

  #isOver({ status, accountId, token, deviceToken, position }: CollectedSignIn): boolean {
    const { api, approved } = this.waiting;
    if (accountId !== undefined && token !== undefined) {
      forgetRecovery(api.rp);
      const known = deviceToken === undefined ? {} : { deviceToken };
      approved({ status: 'signed-in', accountId, token, position, ...known });
      return true;
    }
    if (status !== 'denied' && status !== 'expired' && status !== 'collected') return false;
    forgetRecovery(api.rp);
    this.#say(h('p', { class: 'notice-lead' }, text(`approval.${status}`)));
    return true;
  }

  #showRecovery(approvedFrom: string): void {
    const time = formatDateAndTime(new Date(approvedFrom));
    this.#say(
      h('p', { class: 'notice-lead' }, text('recovery.until', { time })),
      h('p', { class: 'hint' }, text('recovery.denied-by')),
    );
  }

  /** Said once: a status that is written anew is read out anew. */
  #say(...content: readonly HTMLElement[]): void {
    const said = content.map(({ textContent }) => textContent).join('\n');
    if (this.#state.dataset['said'] === said) return;
    this.#state.dataset['said'] = said;
    replaceContent(this.#state, ...content);
  }
}

function numberToType(matchNumber: string): readonly HTMLElement[] {
  return [
    h('p', {}, text('approval.waiting.text')),
    h('p', { class: 'match-number', 'data-testid': 'match-number' }, matchNumber),
  ];
}
