import type { SignedIn } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { claimsList, tokenDetails } from '../../tokens/claims.js';
import { readClaims } from '../../tokens/token-claims.js';
import { h } from '../../ui/dom.js';

const SHOWN_CLAIMS = ['sub', 'aud', 'acr', 'amr', 'auth_time', 'exp'] as const;

/** What a sign-in yields: the token that the product's backend gets, in words. */
export function signInOutcome({ accountId, passkeyId, token }: SignedIn): {
  element: HTMLElement;
  heading: HTMLElement;
} {
  const claims = readClaims(token);
  const heading = h('h3', {}, text('sign-in.done.title'));
  const said =
    passkeyId === undefined
      ? text('sign-in.done.other', { accountId })
      : text('sign-in.done', { accountId, passkeyId });
  const element = h(
    'div',
    { class: 'success-box', 'data-testid': 'signed-in' },
    heading,
    h('p', { 'data-testid': 'signed-in-as' }, said),
    passkeyId === undefined && h('p', { class: 'hint' }, text('sign-in.renew')),
    h('h4', {}, text('token.says')),
    claimsList(claims, SHOWN_CLAIMS),
    tokenDetails(token, claims),
  );
  return { element, heading };
}
