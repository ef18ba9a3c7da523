import { safeAddress } from '../addresses.js';
import type { DemoAccount } from '../api/contract.js';
import { DemoApi } from '../api/demo.js';
import { inventIdentity } from '../demo-identity.js';
import type { Product } from '../products.js';
import { text } from '../texts.js';
import type { TextKey } from '../texts.js';
import { onSubmit } from '../ui/actions.js';
import { button, field, linkButton } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import { createNotice } from '../ui/notice.js';

const FIELDS: readonly (readonly [keyof DemoAccount, TextKey, string])[] = [
  ['displayName', 'demo.display-name', 'text'],
  ['accountId', 'demo.account-id', 'text'],
  ['email', 'demo.email', 'email'],
  ['phone', 'demo.phone', 'tel'],
];

/** Makes up a user and has the product enrol it. */
export function becomeDemoUser(product: Product, created: (accountId: string) => void): HTMLElement {
  const { rp, rpName } = product;
  const notice = createNotice('demo-notice');
  const result = h('div', { role: 'status', 'data-testid': 'demo-result' });
  const fields = FIELDS.map(([name, label, type]) => ({
    name,
    ...field(text(label), {
      name,
      type,
      required: true,
      autocomplete: 'off',
      'data-testid': `demo-${name}`,
    }),
  }));
  const fill = (): void => {
    const identity = inventIdentity();
    for (const { name, input } of fields) input.value = identity[name];
  };
  const valueOf = (name: keyof DemoAccount): string =>
    fields.find((each) => each.name === name)?.input.value.trim() ?? '';

  const create = button(text('demo.button'), 'primary', { type: 'submit', 'data-testid': 'demo-create' });
  const shuffle = button(text('demo.shuffle'), 'quiet', { 'data-testid': 'demo-shuffle' });
  shuffle.addEventListener('click', fill);
  const form = h(
    'form',
    { class: 'stack' },
    h('div', { class: 'field-grid' }, ...fields.map(({ element }) => element)),
    notice.element,
    h('div', { class: 'button-row start' }, create, shuffle),
  );
  onSubmit(form, create, notice, async () => {
    const { accountId, portalUrl } = await new DemoApi(rp).createAccount({
      accountId: valueOf('accountId'),
      displayName: valueOf('displayName'),
      email: valueOf('email'),
      phone: valueOf('phone'),
    });
    const address = safeAddress(portalUrl);
    replaceContent(
      result,
      h(
        'div',
        { class: 'success-box' },
        h('p', {}, text('demo.done', { accountId, rpName })),
        address !== undefined &&
          linkButton(text('demo.open-center'), address, { 'data-testid': 'open-security-center' }),
        h('p', { class: 'hint' }, text('demo.link-once')),
      ),
    );
    created(accountId);
  });
  fill();

  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'demo-title' },
    h('h2', { id: 'demo-title' }, text('demo.title')),
    h('p', { class: 'muted' }, text('demo.text')),
    form,
    result,
  );
}
