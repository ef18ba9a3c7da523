import type { Labels, Parameters } from '../../api/contract.js';
import { h } from '../../ui/dom.js';
import type { ApprovalRequest } from './step-up.js';

/** Exactly what is approved: the sentence, then every detail by what people call it. */
export function approvalSummary({ summary, parameters, labels }: ApprovalRequest): HTMLElement {
  return h(
    'div',
    { class: 'summary', 'data-testid': 'approve-summary' },
    h('p', { class: 'summary-sentence' }, summary),
    labels !== undefined && Object.keys(parameters).length > 0 && parameterList(parameters, labels),
  );
}

export function parameterList(parameters: Parameters, labels: Labels): HTMLElement {
  return h(
    'dl',
    { class: 'details' },
    ...Object.entries(parameters).map(([name, value]) =>
      h(
        'div',
        { class: name === 'amount' ? 'amount' : undefined },
        h('dt', {}, labels[name] ?? name),
        h('dd', { 'data-testid': `parameter-${name}` }, value),
      ),
    ),
  );
}
