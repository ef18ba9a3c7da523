import { safeAddress } from '../platform/addresses.js';
import type { DemoEntryPoint, DemoHome } from '../api/contract.js';
import type { DemoApi } from '../api/demo.js';
import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { button } from '../ui/controls.js';
import { focusOn, h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { createNotice } from '../ui/notice.js';
import type { Product } from './products.js';

/** The product as its signed-in user sees it: one way in for each entry point of the policy. */
export function productHome(
  { rpName }: Product,
  { accountId, entryPoints }: DemoHome,
  api: DemoApi,
  leave: () => void,
): HTMLElement {
  const notice = createNotice('home-notice');
  const heading = h(
    'h2',
    { id: 'home-title', 'data-testid': 'home-title' },
    text('home.title', { accountId }),
  );
  const out = button(text('home.sign-out'), 'quiet', { 'data-testid': 'home-leave' });
  out.addEventListener('click', leave);
  return h(
    'section',
    { class: 'card home', 'aria-labelledby': 'home-title', 'data-testid': 'home' },
    h('div', { class: 'card-head' }, heading, out),
    h('p', { class: 'muted' }, text('home.text', { rpName })),
    h(
      'ul',
      { class: 'entries' },
      ...entryPoints.map((entryPoint) => {
        const choice = entryButton(entryPoint);
        onPress(choice, notice, async () => {
          const address = safeAddress(await api.portalLink(accountId, entryPoint.name));
          if (address !== undefined) location.assign(onTheSameDevice(address));
        });
        return h('li', {}, choice);
      }),
    ),
    notice.element,
  );
}

export function focusOnHome(home: HTMLElement): void {
  const heading = home.querySelector('h2');
  if (heading !== null) focusOn(heading);
}

function entryButton({ name, title, purposeText, complianceStep }: DemoEntryPoint): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: 'choice', 'data-testid': `open-${name}` },
    icon(complianceStep === undefined ? 'shield' : 'wallet'),
    h('span', {}, h('strong', {}, title), h('span', { class: 'hint' }, purposeText)),
    complianceStep !== undefined &&
      h(
        'span',
        { class: `badge ${complianceStep}`, 'data-testid': `open-${name}-state` },
        text(complianceStep === 'done' ? 'home.entry.done' : 'home.entry.todo'),
      ),
  );
}

/** A device pretended on this page is pretended on the next one as well. */
function onTheSameDevice(address: string): string {
  const device = new URLSearchParams(location.search).get('device');
  if (device === null) return address;
  const url = new URL(address);
  url.searchParams.set('device', device);
  return url.href;
}
