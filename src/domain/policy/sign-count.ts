/**
 * What a sign count says (WebAuthn §6.1.1, §7.2 step 22): it should grow when either value is not zero. One that
 * doesn't is a sign of a copy, never proof, and for a synced passkey not even that; so only a device-bound one
 * may be suspended for it.
 */
export function judgeSignCount(
  passkey: { readonly signCount: number; readonly backupEligible: boolean },
  received: number,
  consequence: 'flagged' | 'suspended',
): 'grows' | 'flagged' | 'suspended' {
  const counts = received !== 0 || passkey.signCount !== 0;
  if (!counts || received > passkey.signCount) return 'grows';
  return consequence === 'suspended' && !passkey.backupEligible ? 'suspended' : 'flagged';
}
