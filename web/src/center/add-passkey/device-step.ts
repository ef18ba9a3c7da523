import { safeAddress } from '../../platform/addresses.js';
import type { DeviceCheck, DeviceProblem } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import type { FlowDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';

/** Resolves once the device may go on: at once where there is nothing to say. */
export function checkDevice({ account, device, session }: CenterContext, dialog: FlowDialog): Promise<void> {
  return new Promise((ready) => {
    const notice = createNotice('device-notice');
    const again = button(text('add.device.again'), 'secondary', { 'data-testid': 'device-again' });
    const onward = button(text('action.continue'), 'primary', { 'data-testid': 'device-continue' });
    const ask = async (): Promise<void> => {
      const check = await account.checkDevice(device, session.entryPoint);
      if (check.eligible && check.problems.length === 0) ready();
      else showCheck(check);
    };
    const showCheck = (check: DeviceCheck): void => {
      dialog.show({
        title: text(check.eligible ? 'add.device.tips' : 'add.device.blocked'),
        content: [
          h('ul', { class: 'problems' }, ...check.problems.map(problemItem)),
          notice.element,
          h('div', { class: 'button-row' }, check.eligible ? onward : again),
        ],
      });
    };
    onPress(again, notice, ask);
    onward.addEventListener('click', () => ready());
    dialog.show({
      title: text('add.title'),
      content: [
        session.purposeText !== '' && h('p', { class: 'lead' }, session.purposeText),
        waiting(text('add.device.checking')),
      ],
    });
    ask().catch((error: unknown) => {
      dialog.show({ title: text('add.title'), content: [notice.element, again] });
      notice.show(error);
    });
  });
}

function problemItem(problem: DeviceProblem): HTMLElement {
  const { remedy } = problem;
  const address = safeAddress(remedy?.url);
  return h(
    'li',
    { 'data-testid': `device-problem-${problem.code}` },
    icon('alert'),
    h(
      'div',
      {},
      h('p', {}, problem.message),
      remedy !== undefined &&
        (address === undefined
          ? h('p', { class: 'hint' }, remedy.label)
          : h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, remedy.label)),
    ),
  );
}
