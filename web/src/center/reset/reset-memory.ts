import type { StartedReset } from '../../api/contract.js';

/**
 * Which reset this browser began, so that any of its tabs goes on with it: the face check may lead back to another one.
 * What lets a passkey be added is not here but in a cookie that no script reads.
 */
const KEY_PREFIX = 'latchkey.reset.';

type KeptReset = Pick<StartedReset, 'resetId' | 'url'>;

export function keepReset(rp: string, accountId: string, { resetId, url }: KeptReset): void {
  const kept: KeptReset = { resetId, ...(url === undefined ? {} : { url }) };
  try {
    localStorage.setItem(nameOf(rp, accountId), JSON.stringify(kept));
  } catch {
    // Storage may be off; then the reset is over when the page is left.
  }
}

export function keptReset(rp: string, accountId: string): KeptReset | undefined {
  try {
    const kept = localStorage.getItem(nameOf(rp, accountId));
    return kept === null ? undefined : (JSON.parse(kept) as KeptReset);
  } catch {
    return undefined;
  }
}

export function forgetReset(rp: string, accountId: string): void {
  try {
    localStorage.removeItem(nameOf(rp, accountId));
  } catch {
    // Nothing was kept.
  }
}

function nameOf(rp: string, accountId: string): string {
  return `${KEY_PREFIX}${rp}.${accountId}`;
}
