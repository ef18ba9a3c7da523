import { h, uniqueId } from './dom.js';
import type { Attributes } from './dom.js';
import { icon } from './icons.js';
import type { IconName } from './icons.js';

type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

export function button(
  label: string,
  look: ButtonLook,
  attributes: Attributes = {},
  iconName?: IconName,
): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: `button ${look}`, ...attributes },
    iconName && icon(iconName),
    h('span', {}, label),
  );
}

export function linkButton(
  label: string,
  href: string,
  attributes: Attributes = {},
  look: ButtonLook = 'primary',
): HTMLAnchorElement {
  return h('a', { class: `button ${look}`, href, ...attributes }, h('span', {}, label));
}

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
}

/** A labelled text field, with a hint where there is one. */
export function field(label: string, attributes: Attributes, hint?: string): Field {
  const id = uniqueId('field');
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const input = h('input', { id, 'aria-describedby': hintId, ...attributes });
  const element = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    input,
    hint !== undefined && h('p', { class: 'hint', id: hintId }, hint),
  );
  return { element, input };
}

export function waiting(label: string): HTMLElement {
  return h('p', { class: 'waiting', role: 'status' }, h('span', { class: 'spinner' }), label);
}

export function copyButton(
  label: string,
  copiedLabel: string,
  value: string,
  attributes: Attributes = {},
): HTMLButtonElement {
  const element = button(label, 'secondary', attributes);
  const said = h('span', { class: 'visually-hidden', role: 'status' });
  element.append(said);
  element.addEventListener('click', () => {
    void navigator.clipboard.writeText(value).then(() => {
      said.textContent = copiedLabel;
      element.classList.add('done');
      setTimeout(() => {
        said.textContent = '';
        element.classList.remove('done');
      }, 2000);
    });
  });
  return element;
}
