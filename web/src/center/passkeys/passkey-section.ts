import type { Passkey, PasskeyList, Registered } from '../../api/contract.js';
import { passkeysSupported } from '@latchkey/browser';
import { text } from '../../texts/texts.js';
import { onPress, runBusy } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import { focusOn, h, replaceContent } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { AddPasskeyFlow } from '../add-passkey/add-passkey.js';
import type { CenterContext } from '../center-context.js';
import { passkeyRow } from './passkey-row.js';
import { resetPasskey } from '../reset/reset-flow.js';
import { removePasskey } from './remove-passkey.js';
import { renameForm } from './rename-form.js';

interface PasskeySectionEvents {
  added(registered: Registered): void;
  changed(): void;
}

/** The account's passkeys: seen, added, renamed and removed. */
export class PasskeySection {
  readonly element: HTMLElement;
  readonly #notice = createNotice('passkeys-notice');
  readonly #title = h('h2', { id: 'passkeys-title' }, text('passkeys.title'));
  readonly #count = h('span', { class: 'count', 'data-testid': 'passkey-count' });
  readonly #body = h('div', { 'data-testid': 'passkeys-body' }, waiting(text('loading')));
  readonly #add = button(
    text('passkeys.add'),
    'primary',
    { 'data-testid': 'add-passkey', 'aria-describedby': 'passkeys-limit' },
    'add',
  );
  readonly #limit = h('p', { class: 'hint', id: 'passkeys-limit', 'data-testid': 'passkey-limit' });
  readonly #flow: AddPasskeyFlow;
  #shown: PasskeyList = { passkeys: [], policy: { max: 0, removal: 'reset-only' } };

  constructor(
    private readonly context: CenterContext,
    private readonly events: PasskeySectionEvents,
  ) {
    this.#flow = new AddPasskeyFlow(context);
    this.element = h(
      'section',
      { class: 'card', 'aria-labelledby': 'passkeys-title' },
      h(
        'div',
        { class: 'card-head' },
        h('div', { class: 'title-line' }, this.#title, this.#count),
        this.#add,
      ),
      h('p', { class: 'muted' }, text('passkeys.intro')),
      this.#limit,
      this.#notice.element,
      this.#body,
    );
    onPress(this.#add, this.#notice, () => this.add());
  }

  get isFull(): boolean {
    const { passkeys, policy } = this.#shown;
    return passkeys.length >= policy.max;
  }

  async refresh(): Promise<void> {
    try {
      this.#show(await this.context.account.passkeys());
    } catch (error) {
      const again = button(text('action.try-again'), 'secondary', { 'data-testid': 'passkeys-again' });
      onPress(again, this.#notice, () => this.refresh());
      replaceContent(this.#body, again);
      this.#notice.show(error);
    }
  }

  #show(list: PasskeyList): void {
    const { passkeys, policy } = list;
    const { max, removal } = policy;
    const { rpName, offersReset } = this.context.session;
    this.#shown = list;
    const count = passkeys.length;
    replaceContent(
      this.#count,
      h('span', { 'aria-hidden': 'true' }, text('passkeys.count', { count, max })),
      h('span', { class: 'visually-hidden' }, text('passkeys.count.label', { count, max })),
    );
    this.#add.ariaDisabled = this.isFull ? 'true' : null;
    this.#limit.textContent = this.isFull
      ? text(max === 1 ? 'passkeys.limit.one' : 'passkeys.limit.many', { rpName, max })
      : '';
    replaceContent(
      this.#body,
      count === 0
        ? emptyState()
        : h('ul', { class: 'passkeys' }, ...passkeys.map((passkey) => this.#row(passkey, removal))),
      count > 0 &&
        removal === 'reset-only' &&
        h(
          'p',
          { class: 'tip', 'data-testid': 'reset-only' },
          icon('shield'),
          text('passkeys.reset-only', { rpName }),
        ),
      count > 0 && offersReset === true && h('div', { class: 'quiet-row' }, this.#resetButton()),
    );
  }

  #row(passkey: Passkey, removal: PasskeyList['policy']['removal']): HTMLElement {
    const row = passkeyRow(passkey, removal);
    row.rename.addEventListener('click', () => {
      const close = (): void => {
        form.element.replaceWith(row.heading);
        row.rename.hidden = false;
        row.rename.focus();
      };
      const form = renameForm(passkey.name, {
        cancel: close,
        save: async (name) => {
          await this.context.account.rename(passkey.passkeyId, name);
          await this.refresh();
          toast(text('rename.done', { name }));
          this.#rowOf(passkey.passkeyId)?.querySelector<HTMLElement>('[data-testid=passkey-rename]')?.focus();
          this.events.changed();
        },
      });
      row.heading.replaceWith(form.element);
      row.rename.hidden = true;
      form.input.focus();
      form.input.select();
    });
    const { remove } = row;
    if (remove !== undefined) {
      remove.addEventListener('click', () => void runBusy(remove, this.#notice, () => this.#remove(passkey)));
    }
    return row.element;
  }

  async add(): Promise<void> {
    if (this.#add.ariaDisabled === 'true') {
      toast(this.#limit.textContent);
      return;
    }
    if (!passkeysSupported()) throw new Error(text('ceremony.unsupported'));
    const registered = await this.#flow.run(this.#shown);
    // A flow that came to nothing may have locked the account.
    this.events.changed();
    if (registered === undefined) return;
    await this.refresh();
    this.#welcome(registered, text('add.done'));
  }

  #welcome(registered: Registered, said: string): void {
    toast(said);
    const row = this.#rowOf(registered.passkey.passkeyId);
    row?.classList.add('fresh');
    focusOn(row?.querySelector('h3') ?? this.#title);
    this.events.added(registered);
  }

  #resetButton(): HTMLElement {
    const reset = button(text('reset.start'), 'quiet', { 'data-testid': 'reset-start' }, 'reset');
    onPress(reset, this.#notice, () => this.reset());
    return reset;
  }

  /** Begins a reset, or goes on with the one that this browser began. */
  async reset(): Promise<void> {
    const registered = await resetPasskey(this.context, this.#shown.policy);
    await this.refresh();
    if (registered !== undefined) this.#welcome(registered, text('reset.done'));
    this.events.changed();
  }

  async #remove(passkey: Passkey): Promise<void> {
    if (!(await removePasskey(this.context, passkey))) return;
    await this.refresh();
    toast(text('remove.done', { name: passkey.name }));
    focusOn(this.#title);
    this.events.changed();
  }

  #rowOf(passkeyId: string): HTMLElement | null {
    return this.#body.querySelector(`[data-passkey-id="${CSS.escape(passkeyId)}"]`);
  }
}

function emptyState(): HTMLElement {
  return h(
    'div',
    { class: 'empty', 'data-testid': 'passkeys-empty' },
    icon('fingerprint'),
    h('h3', {}, text('passkeys.empty.title')),
    h('p', { class: 'muted' }, text('passkeys.empty.text')),
  );
}
