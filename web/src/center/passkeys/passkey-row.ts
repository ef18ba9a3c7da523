import type { Passkey, PasskeyList } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { button } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import type { Child } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';
import { timeElement } from '../../ui/times.js';
import { providerMark, providerText } from './provider-mark.js';

const CAPABILITIES = ['cross-device', 'scan', 'face', 'fingerprint'] as const;

export interface PasskeyRow {
  readonly element: HTMLElement;
  /** The name and its badges; renaming takes its place for a while. */
  readonly heading: HTMLElement;
  readonly rename: HTMLButtonElement;
  readonly remove: HTMLButtonElement | undefined;
}

export function passkeyRow(passkey: Passkey, removal: PasskeyList['policy']['removal']): PasskeyRow {
  const rename = button(
    text('passkey.rename.short'),
    'quiet',
    { 'aria-label': text('passkey.rename', { name: passkey.name }), 'data-testid': 'passkey-rename' },
    'edit',
  );
  const remove =
    removal === 'with-proof'
      ? button(
          text('passkey.remove.short'),
          'quiet',
          { 'aria-label': text('passkey.remove', { name: passkey.name }), 'data-testid': 'passkey-remove' },
          'trash',
        )
      : undefined;
  const heading = h(
    'div',
    { class: 'passkey-heading' },
    h('h3', { 'data-testid': 'passkey-name' }, passkey.name),
    ...badges(passkey),
  );
  const element = h(
    'li',
    { class: 'passkey', 'data-testid': 'passkey', 'data-passkey-id': passkey.passkeyId },
    providerMark(passkey),
    heading,
    h('div', { class: 'passkey-actions' }, rename, remove),
    h('div', { class: 'passkey-body' }, facts(passkey), capabilities(passkey)),
  );
  return { element, heading, rename, remove };
}

function badges({ synced, status }: Passkey): readonly Child[] {
  const kind = synced ? 'synced' : 'device-bound';
  return [
    h(
      'span',
      { class: 'badge', title: text(`passkey.${kind}.hint`), 'data-testid': 'passkey-kind' },
      text(`passkey.${kind}`),
    ),
    status === 'suspended' && h('span', { class: 'badge danger' }, text('passkey.suspended')),
  ];
}

function facts(passkey: Passkey): HTMLElement {
  const { createdAt, lastUsedAt } = passkey;
  const fact = (label: string, value: Node | string, testId: string): HTMLElement =>
    h('div', {}, h('dt', {}, label), h('dd', { 'data-testid': testId }, value));
  return h(
    'dl',
    { class: 'facts' },
    fact(text('passkey.created'), timeElement(createdAt), 'passkey-created'),
    fact(
      text('passkey.last-used'),
      lastUsedAt === null ? text('passkey.never-used') : timeElement(lastUsedAt),
      'passkey-last-used',
    ),
    fact(text('passkey.provider'), providerText(passkey), 'passkey-provider'),
  );
}

function capabilities(passkey: Passkey): HTMLElement {
  return h(
    'ul',
    { class: 'capabilities', 'aria-label': text('passkey.capabilities') },
    ...CAPABILITIES.filter((capability) => passkey.capabilities.includes(capability)).map((capability) =>
      h(
        'li',
        { 'data-testid': `capability-${capability}` },
        icon(capability),
        h('span', {}, text(`capability.${capability}`)),
      ),
    ),
  );
}
