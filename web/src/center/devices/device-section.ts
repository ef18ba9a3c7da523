import type { TrustedDevice } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { runBusy } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { confirmDanger } from '../../ui/confirm-danger.js';
import { focusOn, h, replaceContent } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import { timeElement } from '../../ui/times.js';
import { toast } from '../../ui/toast.js';
import type { CenterContext } from '../center-context.js';
import { withFreshProof } from '../step-up/fresh-proof.js';
import { deviceName } from './device-name.js';

/** The devices that approve sign-ins on others: seen and removed. */
export class DeviceSection {
  readonly #notice = createNotice('devices-notice');
  readonly #title = h('h2', { id: 'devices-title' }, text('devices.title'));
  readonly #list = h('ul', { class: 'passkeys', 'data-testid': 'devices' });
  readonly #said = h('p', { class: 'muted', 'data-testid': 'devices-text' });
  readonly element = h(
    'section',
    { class: 'card', 'aria-labelledby': 'devices-title' },
    this.#title,
    this.#said,
    this.#notice.element,
    this.#list,
  );

  constructor(
    private readonly context: CenterContext,
    private readonly changed: () => void,
  ) {
    const approves = context.session.approvesNewDevices === true;
    this.#said.textContent = text(approves ? 'devices.text' : 'devices.known');
  }

  async refresh(): Promise<void> {
    try {
      const devices = await this.context.account.devices(this.context.device.deviceToken);
      replaceContent(
        this.#list,
        ...(devices.length === 0
          ? [h('li', { class: 'passkey-none muted', 'data-testid': 'devices-none' }, text('devices.none'))]
          : devices.map((device) => this.#row(device))),
      );
    } catch (error) {
      this.#notice.show(error);
    }
  }

  #row(device: TrustedDevice): HTMLElement {
    const name = deviceName(device);
    const remove = button(
      text('devices.remove.short'),
      'quiet',
      { 'aria-label': text('devices.remove', { model: name }), 'data-testid': 'device-remove' },
      'trash',
    );
    remove.addEventListener(
      'click',
      () => void runBusy(remove, this.#notice, () => this.#remove(device, name)),
    );
    return h(
      'li',
      { class: 'passkey', 'data-testid': 'device' },
      h('div', { class: 'passkey-mark platform' }, icon('another-device')),
      h(
        'div',
        { class: 'passkey-heading' },
        h('h3', { 'data-testid': 'device-name' }, name),
        device.current &&
          h('span', { class: 'badge', 'data-testid': 'device-current' }, text('devices.this')),
      ),
      h('div', { class: 'passkey-actions' }, remove),
      h(
        'dl',
        { class: 'facts passkey-body' },
        h('div', {}, h('dt', {}, text('devices.since')), h('dd', {}, timeElement(device.trustedAt))),
        h('div', {}, h('dt', {}, text('devices.last-used')), h('dd', {}, timeElement(device.lastUsedAt))),
      ),
    );
  }

  async #remove({ deviceId, current }: TrustedDevice, model: string): Promise<void> {
    const sure = await confirmDanger({
      testId: 'device-remove',
      title: text('devices.remove.title'),
      text: text(current ? 'devices.remove.current' : 'devices.remove.text', { model }),
      button: text('devices.remove.button'),
    });
    if (!sure) return;
    const summary = text('devices.remove.summary', { model });
    const removed = await withFreshProof(this.context, { summary }, (token) =>
      this.context.account.removeDevice(deviceId, token),
    );
    if (removed === undefined) return;
    await this.refresh();
    toast(text('devices.removed', { model }));
    focusOn(this.#title);
    this.changed();
  }
}
