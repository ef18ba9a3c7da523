import type { SignInOutcome } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { claimsList, tokenDetails } from '../../tokens/claims.js';
import { readClaims } from '../../tokens/token-claims.js';
import { h } from '../../ui/dom.js';

const SHOWN_CLAIMS = ['sub', 'aud', 'acr', 'amr', 'auth_time', 'exp'] as const;

/** What a sign-in came to: a token, or a number to confirm on a trusted device. */
export function signInOutcome(outcome: SignInOutcome): { element: HTMLElement; heading: HTMLElement } {
  if (outcome.status === 'approval-required') {
    const heading = h('h3', {}, text('approval.waiting.title'));
    const element = h(
      'div',
      { class: 'success-box', 'data-testid': 'approval-required' },
      heading,
      h('p', {}, text('approval.waiting.text')),
      h('p', { class: 'match-number', 'data-testid': 'match-number' }, String(outcome.matchNumber ?? '')),
    );
    return { element, heading };
  }
  const { accountId, passkeyId, token } = outcome;
  const claims = readClaims(token);
  const heading = h('h3', {}, text('sign-in.done.title'));
  const element = h(
    'div',
    { class: 'success-box', 'data-testid': 'signed-in' },
    heading,
    h('p', { 'data-testid': 'signed-in-as' }, text('sign-in.done', { accountId, passkeyId })),
    h('h4', {}, text('token.says')),
    claimsList(claims, SHOWN_CLAIMS),
    tokenDetails(token, claims),
  );
  return { element, heading };
}
