import { h } from './dom.js';
import { icon } from './icons.js';

const SHOWN_MS = 6000;

// The live region must stand before a message is put in, or screen readers stay silent.
const region = h('div', { class: 'toasts', role: 'status', 'data-testid': 'toasts' });

export function mountToasts(): void {
  document.body.append(region);
}

export function toast(message: string): void {
  const element = h('div', { class: 'toast', 'data-testid': 'toast' }, icon('check'), h('span', {}, message));
  region.replaceChildren(element);
  setTimeout(() => element.remove(), SHOWN_MS);
}
