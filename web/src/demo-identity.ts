import type { DemoAccount } from './api/contract.js';

const NAMES = [
  'Alex Chen',
  'Mei Lin',
  'Sam Taylor',
  'Noor Haddad',
  'Kim Osei',
  'Ravi Patel',
  'Ana Sousa',
] as const;
const AREA_CODES = [202, 212, 303, 312, 415, 512, 617, 702, 773, 808] as const;

/** Somebody who doesn't exist: the address is reserved (RFC 2606), the number is from the 555-01xx range. */
export function inventIdentity(): DemoAccount {
  const displayName = pick(NAMES);
  const accountId = `${displayName.split(' ')[0]?.toLowerCase() ?? 'demo'}-${randomBelow(100_000)}`;
  const line = String(randomBelow(100)).padStart(2, '0');
  return {
    accountId,
    displayName,
    email: `${accountId}@example.com`,
    phone: `+1${pick(AREA_CODES)}55501${line}`,
  };
}

function pick<T>(choices: readonly [T, ...T[]]): T {
  return choices[randomBelow(choices.length)] ?? choices[0];
}

function randomBelow(limit: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value % limit;
}
