import type { WaitingSignIn } from '../../api/contract.js';

/**
 * A sign-in that waits for days is collected by the browser that asked for it, whenever it comes back. A product's
 * backend would keep the secret in its own session; it gets the tokens, so that no page of a real product should hold it.
 */
const KEY_PREFIX = 'latchkey.demo.recovery.';

export function keepRecovery(rp: string, waiting: WaitingSignIn): void {
  try {
    localStorage.setItem(KEY_PREFIX + rp, JSON.stringify(waiting));
  } catch {
    // Storage may be off; then this page has to stay open.
  }
}

export function keptRecovery(rp: string): WaitingSignIn | undefined {
  try {
    const kept = localStorage.getItem(KEY_PREFIX + rp);
    return kept === null ? undefined : (JSON.parse(kept) as WaitingSignIn);
  } catch {
    return undefined;
  }
}

export function forgetRecovery(rp: string): void {
  try {
    localStorage.removeItem(KEY_PREFIX + rp);
  } catch {
    // Nothing was kept.
  }
}
