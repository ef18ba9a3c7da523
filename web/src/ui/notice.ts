import type { Cause, Diagnosis } from '../api/contract.js';
import { isDiagnosis, Problem } from '../api/problem.js';
import { text } from '../texts/texts.js';
import { button } from './controls.js';
import { focusOn, h, replaceContent } from './dom.js';
import type { Child } from './dom.js';
import { icon } from './icons.js';
import { waysOut } from './ways-out.js';
import type { Able, WayOut } from './ways-out.js';

/** A place where what went wrong is said, and read out. */
export interface Notice {
  readonly element: HTMLElement;
  show(error: unknown): void;
  /**
   * @param error what to say where there is no diagnosis
   * @param able what can be done about it here, as buttons
   */
  showDiagnosis(diagnosis: Diagnosis | undefined, error?: unknown, able?: Able): void;
  clear(): void;
}

/** @param look `danger` for what went wrong, `advice` for an answer that was asked for */
export function createNotice(testId: string, look: 'danger' | 'advice' = 'danger'): Notice {
  const element = h('div', { class: 'notice-place', role: 'alert', 'data-testid': testId });
  const fill = (...content: readonly Child[]): void => {
    // The button that was pressed goes away with what it stood under.
    const hadFocus = element.contains(document.activeElement);
    replaceContent(element, h('div', { class: `notice ${look}` }, icon('alert'), h('div', {}, ...content)));
    element.scrollIntoView({ block: 'nearest' });
    if (hadFocus) focusOn(element);
  };
  const notice: Notice = {
    element,
    show: (error) => fill(...explanation(error)),
    showDiagnosis: (found, error, able = {}) => {
      if (found === undefined) fill(...explanation(error));
      else fill(...diagnosisOf(found), buttonsOf(waysOut(found, able), notice));
    },
    clear: () => replaceContent(element),
  };
  return notice;
}

/** Pressing one leaves what is said there until there is something else to say. */
function buttonsOf(ways: readonly WayOut[], notice: Notice): HTMLElement | false {
  if (ways.length === 0) return false;
  const buttons = ways.map(({ deed, label, take }) => {
    const element = button(label, 'secondary', { 'data-testid': `way-${deed}` });
    element.addEventListener('click', () => {
      Promise.resolve()
        .then(take)
        .catch((error: unknown) => notice.show(error));
    });
    return element;
  });
  return h('div', { class: 'ways', role: 'group', 'aria-label': text('diagnosis.alternatives') }, ...buttons);
}

function explanation(error: unknown): readonly Child[] {
  if (error instanceof Problem) {
    if (isDiagnosis(error.details)) return diagnosisOf(error.details);
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

function diagnosisOf({ diagnosis, otherCauses = [] }: Diagnosis): readonly Child[] {
  return [
    h('p', {}, diagnosis.meaning),
    ...nextSteps(diagnosis),
    code(diagnosis.code),
    otherCauses.length > 0 && othersList(otherCauses),
  ];
}

function nextSteps({ next }: Cause): readonly Child[] {
  if (next.length === 0) return [];
  return [
    h('p', { class: 'notice-lead' }, text('diagnosis.next')),
    h('ul', {}, ...next.map((step) => h('li', {}, step))),
  ];
}

/** A browser gives one error for several causes: what else it may be stands one press away. */
function othersList(causes: readonly Cause[]): HTMLElement {
  return h(
    'details',
    { 'data-testid': 'other-causes' },
    h('summary', {}, text('diagnosis.others')),
    ...causes.map((cause) =>
      h('div', { class: 'other-cause' }, h('p', {}, cause.meaning), ...nextSteps(cause)),
    ),
  );
}

function code(value: string): HTMLElement {
  return h('p', { class: 'problem-code', 'data-testid': 'problem-code' }, value);
}
