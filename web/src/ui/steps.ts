import { text } from '../texts/texts.js';
import { h } from './dom.js';

export interface Steps {
  readonly element: HTMLElement;
  /** Counts from 1. */
  go(step: number): void;
}

/** Shows how far a flow is. */
export function createSteps(labels: readonly string[]): Steps {
  const items = labels.map((label) => h('li', {}, h('span', {}, label)));
  const position = h('p', { class: 'visually-hidden', role: 'status' });
  const element = h('div', {}, position, h('ol', { class: 'steps' }, ...items));
  return {
    element,
    go: (step) => {
      position.textContent = text('add.steps', { step });
      items.forEach((item, index) => {
        item.className = index + 1 < step ? 'passed' : '';
        item.ariaCurrent = index + 1 === step ? 'step' : null;
      });
    },
  };
}
