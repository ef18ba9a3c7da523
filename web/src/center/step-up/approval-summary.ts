import { h } from '../../ui/dom.js';
import { spelledOut } from '../../ui/spelled-out.js';
import type { ApprovalRequest } from './step-up.js';

/** Exactly what is approved: the sentence, then every detail by its name. */
export function approvalSummary({ summary, parameters, details = parameters }: ApprovalRequest): HTMLElement {
  return h(
    'div',
    { class: 'summary', 'data-testid': 'approve-summary' },
    h('p', { class: 'summary-sentence' }, summary),
    Object.keys(details).length > 0 && parameterList(details),
  );
}

export function parameterList(parameters: ApprovalRequest['parameters']): HTMLElement {
  return h(
    'dl',
    { class: 'details' },
    ...Object.entries(parameters).map(([name, value]) =>
      h(
        'div',
        { class: name === 'amount' ? 'amount' : undefined },
        h('dt', {}, spelledOut(name)),
        h('dd', { 'data-testid': `parameter-${name}` }, value),
      ),
    ),
  );
}
