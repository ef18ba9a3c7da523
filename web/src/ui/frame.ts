import { text } from '../texts/texts.js';
import { h } from './dom.js';
import type { Child } from './dom.js';
import { icon } from './icons.js';
import { languageSwitch } from './language-switch.js';

/** The bar on top of every page. */
export function topBar(name: string, ...controls: readonly Child[]): HTMLElement {
  return h(
    'header',
    { class: 'top-bar' },
    h(
      'div',
      { class: 'top-bar-inner' },
      h('p', { class: 'brand' }, h('span', { class: 'brand-mark' }, icon('key')), name),
      h('div', { class: 'top-bar-controls' }, ...languageSwitch(), ...controls),
    ),
  );
}

export function pageRoot(): HTMLElement {
  const root = document.getElementById('page');
  if (root === null) throw new Error(text('problem.unknown'));
  return root;
}
