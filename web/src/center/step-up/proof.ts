import { isDevelopmentHost } from '../../platform/addresses.js';
import type { StepUpProof } from '../../api/contract.js';
import { DemoApi } from '../../api/demo.js';
import { readClaims } from '../../tokens/token-claims.js';
import { text } from '../../texts/texts.js';
import { onPress } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { CenterContext } from '../center-context.js';
import { parameterList } from './approval-summary.js';
import { claimsList, tokenDetails } from '../../tokens/claims.js';
import type { ApprovalRequest } from './step-up.js';

const SHOWN_CLAIMS = ['action', 'sub', 'aud', 'acr', 'amr', 'exp', 'txn_digest'] as const;

/** What a passed step-up yields, and in development what the product's backend would do with it. */
export function proofView(
  context: CenterContext,
  request: ApprovalRequest,
  proof: StepUpProof,
): { element: HTMLElement; heading: HTMLElement } {
  const heading = h('h3', { 'data-testid': 'proof-title' }, text('proof.title'));
  const claims = readClaims(proof.token);
  const element = h(
    'div',
    { class: 'proof', 'data-testid': 'proof' },
    heading,
    h('p', { class: 'muted' }, text('proof.text', { rpName: context.session.rpName })),
    h('h4', {}, text('proof.binds')),
    h('p', { class: 'summary-sentence' }, request.summary),
    parameterList(request.parameters, request.labels ?? {}),
    h('h4', {}, text('token.says')),
    claimsList(claims, SHOWN_CLAIMS),
    tokenDetails(proof.token, claims),
    isDevelopmentHost() && redeeming(context, request, proof),
  );
  return { element, heading };
}

function redeeming(context: CenterContext, request: ApprovalRequest, proof: StepUpProof): HTMLElement {
  const { rp, accountId } = context.session;
  const notice = createNotice('redeem-notice');
  const outcome = h('p', { class: 'success', role: 'status', 'data-testid': 'redeem-outcome' });
  const redeem = button(text('proof.redeem'), 'secondary', { 'data-testid': 'redeem' });
  onPress(redeem, notice, async () => {
    outcome.textContent = '';
    await new DemoApi(rp).redeem({
      token: proof.token,
      accountId,
      action: request.action,
      parameters: request.parameters,
    });
    outcome.textContent = text('proof.redeemed');
    redeem.lastElementChild?.replaceChildren(text('proof.redeem-again'));
  });
  return h('div', { class: 'stack' }, h('div', {}, redeem), outcome, notice.element);
}
