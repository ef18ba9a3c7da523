/**
 * The tokens by which the service knows this device again, one for each account that trusts it. A token alone
 * signs nobody in: it spares the owner an approval on another device.
 */
const KEY_PREFIX = 'latchkey.device-tokens.';

interface Kept {
  readonly accountId: string;
  readonly token: string;
}

export function keepDeviceToken(rp: string, accountId: string, token: string | undefined): void {
  if (token === undefined) return;
  const others = keptTokens(rp).filter((kept) => kept.accountId !== accountId);
  try {
    localStorage.setItem(KEY_PREFIX + rp, JSON.stringify([{ accountId, token }, ...others]));
  } catch {
    // Storage may be off; then the device stays a new one.
  }
}

/** The token for this account; where the account is not known yet, the one kept last. */
export function deviceTokenFor(rp: string, accountId: string | undefined): { deviceToken?: string } {
  const kept = keptTokens(rp);
  const found = accountId === undefined ? kept[0] : kept.find((each) => each.accountId === accountId);
  return found === undefined ? {} : { deviceToken: found.token };
}

function keptTokens(rp: string): readonly Kept[] {
  try {
    return JSON.parse(localStorage.getItem(KEY_PREFIX + rp) ?? '[]') as readonly Kept[];
  } catch {
    return [];
  }
}
