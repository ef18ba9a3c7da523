import type { Diagnosis } from '../api/contract.js';
import { Problem } from '../api/problem.js';
import { text } from '../texts/texts.js';
import { h, replaceContent } from './dom.js';
import type { Child } from './dom.js';
import { icon } from './icons.js';

/** A place where what went wrong is said, and read out. */
export interface Notice {
  readonly element: HTMLElement;
  show(error: unknown): void;
  showDiagnosis(diagnosis: Diagnosis): void;
  clear(): void;
}

export function createNotice(testId: string): Notice {
  const element = h('div', { class: 'notice-place', role: 'alert', 'data-testid': testId });
  const fill = (...content: readonly Child[]): void => {
    replaceContent(element, h('div', { class: 'notice' }, icon('alert'), h('div', {}, ...content)));
    element.scrollIntoView({ block: 'nearest' });
  };
  return {
    element,
    show: (error) => fill(...explanation(error)),
    showDiagnosis: ({ diagnosis }) =>
      fill(
        h('p', {}, diagnosis.meaning),
        diagnosis.next.length > 0 && h('p', { class: 'notice-lead' }, text('diagnosis.next')),
        h('ul', {}, ...diagnosis.next.map((step) => h('li', {}, step))),
        code(diagnosis.code),
      ),
    clear: () => replaceContent(element),
  };
}

function explanation(error: unknown): readonly Child[] {
  if (error instanceof Problem) {
    const faults = error.details.errors ?? [];
    return [
      h('p', {}, error.message),
      faults.length > 0 &&
        h(
          'ul',
          {},
          ...faults.map((fault) => h('li', {}, [fault.pointer, fault.detail].filter(Boolean).join(' '))),
        ),
      code(error.code),
    ];
  }
  return [h('p', {}, error instanceof Error ? error.message : text('problem.unknown'))];
}

function code(value: string): HTMLElement {
  return h('p', { class: 'problem-code', 'data-testid': 'problem-code' }, value);
}
