import type { StartedReset } from '../../api/contract.js';

/**
 * The reset that was begun in this tab, so that a reload doesn't lose its secret, which is told once. It adds one passkey
 * to one account, only after the face check and only within a session of the account's own page.
 */
const KEY_PREFIX = 'latchkey.reset.';

type KeptReset = Pick<StartedReset, 'resetId' | 'resetSecret' | 'url'>;

export function keepReset(rp: string, accountId: string, reset: KeptReset): void {
  try {
    sessionStorage.setItem(nameOf(rp, accountId), JSON.stringify(reset));
  } catch {
    // Storage may be off; then the reset is over when the page is left.
  }
}

export function keptReset(rp: string, accountId: string): KeptReset | undefined {
  try {
    const kept = sessionStorage.getItem(nameOf(rp, accountId));
    return kept === null ? undefined : (JSON.parse(kept) as KeptReset);
  } catch {
    return undefined;
  }
}

export function forgetReset(rp: string, accountId: string): void {
  try {
    sessionStorage.removeItem(nameOf(rp, accountId));
  } catch {
    // Nothing was kept.
  }
}

function nameOf(rp: string, accountId: string): string {
  return `${KEY_PREFIX}${rp}.${accountId}`;
}
