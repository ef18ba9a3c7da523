import type { AccountState } from '../api/contract.js';
import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { button } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import type { Child } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import type { IconName } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import { formatDateAndTime } from '../ui/times.js';
import { toast } from '../ui/toast.js';
import type { CenterContext } from './center-context.js';
import { keptReset } from './reset/reset-memory.js';
import { withFreshProof } from './step-up/fresh-proof.js';

interface NoticeEvents {
  /** The user goes on with the reset that this browser began. */
  continueReset(): void;
  changed(): void;
}

/** What the account holder must know before anything else: a lock, a cooling-off, a reset under way. */
export class AccountNotices {
  readonly element = h('div', { class: 'stack', 'data-testid': 'account-notices' });

  constructor(
    private readonly context: CenterContext,
    private readonly events: NoticeEvents,
  ) {}

  async refresh(): Promise<void> {
    const { account } = this.context;
    const state = await account.state();
    const reset =
      (state.coolingOff.resetUntil ?? null) === null ? undefined : await account.lastCompletedReset();
    replaceContent(
      this.element,
      this.#locked(state),
      this.#openReset(state),
      this.#afterReset(state, reset),
      afterPhoneChange(state),
    );
  }

  #locked({ status, lockedUntil }: AccountState): Child {
    if (status !== 'locked') return false;
    const { rpName } = this.context.session;
    const said =
      lockedUntil === null
        ? text('locked.text.admin', { rpName })
        : text('locked.text', { time: timeOf(lockedUntil) });
    return banner('account-locked', 'alert', text('locked.title'), said);
  }

  #openReset({ openReset }: AccountState): Child {
    if (openReset === null || openReset === undefined) return false;
    const { rp, accountId } = this.context.session;
    const ours = keptReset(rp, accountId)?.resetId === openReset.resetId;
    const onward = button(
      text(openReset.status === 'passed' ? 'reset.window.button' : 'reset.open.continue'),
      'primary',
      {
        'data-testid': 'reset-continue',
      },
    );
    onward.addEventListener('click', () => this.events.continueReset());
    if (openReset.status === 'passed') {
      const time = timeOf(openReset.windowUntil);
      const said = text(ours ? 'reset.window.text' : 'reset.window.elsewhere', { time });
      return banner('reset-window', 'reset', text('reset.window.title'), said, ours && onward);
    }
    const said = text('reset.open.text', { time: timeOf(openReset.expiresAt) });
    const cancel = this.#stop(openReset.resetId, 'cancel');
    return banner('reset-open', 'reset', text('reset.open.title'), said, ours && onward, ...cancel);
  }

  #afterReset({ coolingOff, status, openReset }: AccountState, resetId: string | undefined): Child {
    const until = coolingOff.resetUntil ?? null;
    if (until === null) return false;
    const mayDispute = resetId !== undefined && status === 'active' && openReset?.status !== 'passed';
    return banner(
      'reset-cooling-off',
      'shield',
      text('reset.cooling.title'),
      text('reset.cooling.text', { time: timeOf(until) }),
      mayDispute && h('p', { class: 'hint' }, text('reset.dispute.text')),
      ...(mayDispute ? this.#stop(resetId, 'dispute') : []),
    );
  }

  #stop(resetId: string, how: 'cancel' | 'dispute'): readonly HTMLElement[] {
    const { account } = this.context;
    const notice = createNotice(`reset-${how}-notice`);
    const stop = button(text(`reset.${how}`), 'secondary', { 'data-testid': `reset-${how}` });
    onPress(stop, notice, async () => {
      const stopped = await withFreshProof(this.context, { summary: text(`reset.${how}.summary`) }, (token) =>
        account.stopReset(resetId, how, token),
      );
      if (stopped === undefined) return;
      toast(text(`reset.${how}.done`));
      this.events.changed();
    });
    return [stop, notice.element];
  }
}

function afterPhoneChange({ coolingOff }: AccountState): Child {
  const until = coolingOff.phoneChangeUntil;
  return (
    until !== null &&
    banner(
      'phone-cooling-off',
      'sms',
      text('phone.cooling.title'),
      text('phone.cooling.text', { time: timeOf(until) }),
    )
  );
}

function banner(
  testId: string,
  name: IconName,
  title: string,
  said: string,
  ...more: readonly Child[]
): HTMLElement {
  return h(
    'section',
    { class: 'banner', 'data-testid': testId },
    icon(name),
    h('div', {}, h('h2', {}, title), h('p', {}, said), ...more),
  );
}

function timeOf(at: string): string {
  return formatDateAndTime(new Date(at));
}
