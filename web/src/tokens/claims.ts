import { text } from '../texts/texts.js';
import type { TextKey } from '../texts/texts.js';
import type { Claims } from './token-claims.js';
import { copyButton } from '../ui/controls.js';
import { h } from '../ui/dom.js';
import { formatDateAndTime } from '../ui/times.js';

type ClaimName = 'action' | 'aud' | 'sub' | 'acr' | 'amr' | 'exp' | 'auth_time' | 'txn_digest';

const NUMERIC_DATES: readonly string[] = ['exp', 'auth_time'];

/** The named claims in words, those that the token has. */
export function claimsList(claims: Claims, names: readonly ClaimName[]): HTMLElement {
  return h(
    'dl',
    { class: 'details', 'data-testid': 'claims' },
    ...names
      .filter((name) => claims[name] !== undefined)
      .map((name) => {
        const label: TextKey = `claim.${name}`;
        return h(
          'div',
          {},
          h('dt', {}, text(label)),
          h('dd', { 'data-testid': `claim-${name}` }, claimText(name, claims[name])),
        );
      }),
  );
}

/** Everything in the token, and the token itself, for those who want to look. */
export function tokenDetails(token: string, claims: Claims): HTMLElement {
  return h(
    'div',
    {},
    h(
      'details',
      {},
      h('summary', {}, text('proof.claims')),
      h('pre', { tabindex: 0 }, JSON.stringify(claims, undefined, 2)),
    ),
    h(
      'details',
      {},
      h('summary', {}, text('proof.token')),
      h('pre', { class: 'wrapped', tabindex: 0, 'data-testid': 'token' }, token),
      copyButton(text('action.copy'), text('action.copied'), token, { 'data-testid': 'copy-token' }),
    ),
  );
}

const STRENGTHS: Readonly<Record<string, TextKey>> = { phr: 'acr.phr', phrh: 'acr.phrh' };

function claimText(name: ClaimName, value: unknown): string {
  if (typeof value === 'number' && NUMERIC_DATES.includes(name)) {
    return formatDateAndTime(new Date(value * 1000));
  }
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  const strength = name === 'acr' ? STRENGTHS[value] : undefined;
  return strength === undefined ? value : text(strength);
}
