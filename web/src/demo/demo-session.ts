/** Who is signed in to the demo of a product, in this tab: the cookie that a product would have, without its worth. */
const KEY_PREFIX = 'latchkey.demo.';

export function demoUser(rp: string): string | undefined {
  try {
    return sessionStorage.getItem(KEY_PREFIX + rp) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepDemoUser(rp: string, accountId: string): void {
  try {
    sessionStorage.setItem(KEY_PREFIX + rp, accountId);
  } catch {
    // Storage may be off; then nobody stays signed in.
  }
}

export function forgetDemoUser(rp: string): void {
  try {
    sessionStorage.removeItem(KEY_PREFIX + rp);
  } catch {
    // Nobody was kept.
  }
}
