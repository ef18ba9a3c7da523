import type { DemoAccount } from '../api/contract.js';
import { DemoApi } from '../api/demo.js';
import { text } from '../texts/texts.js';
import type { TextKey } from '../texts/texts.js';
import { onSubmit } from '../ui/actions.js';
import { button, field } from '../ui/controls.js';
import { h } from '../ui/dom.js';
import { createNotice } from '../ui/notice.js';
import { addToAuthenticatorApp } from './authenticator-app.js';
import { inventIdentity } from './demo-identity.js';
import type { Product } from './products.js';

type Member = Exclude<keyof DemoAccount, 'totp'>;

const FIELDS: readonly (readonly [Member, TextKey, string])[] = [
  ['displayName', 'demo.display-name', 'text'],
  ['accountId', 'demo.account-id', 'text'],
  ['email', 'demo.email', 'email'],
  ['phone', 'demo.phone', 'tel'],
];

/** Makes up a user and has the product enrol it. */
export function becomeDemoUser(
  product: Product,
  created: (accountId: string, position: string) => Promise<void>,
): HTMLElement {
  const { rp, rpName } = product;
  const notice = createNotice('demo-notice');
  let totp = inventIdentity().totp;
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
    totp = identity.totp;
    for (const { name, input } of fields) input.value = identity[name];
  };
  const valueOf = (name: Member): string =>
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
    const { accountId, position } = await new DemoApi(rp).createAccount({
      accountId: valueOf('accountId'),
      displayName: valueOf('displayName'),
      email: valueOf('email'),
      phone: valueOf('phone'),
      totp,
    });
    addToAuthenticatorApp({ rpName, accountId, secret: totp.secret });
    await created(accountId, position);
  });
  fill();

  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'demo-title' },
    h('h2', { id: 'demo-title' }, text('demo.title')),
    h('p', { class: 'muted' }, text('demo.text')),
    form,
  );
}
