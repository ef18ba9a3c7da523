/**
 * Every reason for which the service refuses what was asked, as stable codes. They are part of the public
 * contract: add, never rename. The edges give each its HTTP and gRPC status.
 */
export const REJECTIONS = {
  'account-erased': 'The account was erased, and its id is not used again.',
  'account-not-found': 'No account has this id.',
  'account-locked': 'The account is locked.',
  'approval-decided': 'This sign-in was approved, denied or collected before.',
  'approval-expired': 'This sign-in waited too long for its approval: start again.',
  'approval-not-found': 'No sign-in that waits for approval has this id, or the secret is not its own.',
  'approval-paused': 'A sign-in on a new device was denied: none can be asked for until the time given.',
  'approval-pending': 'Another sign-in on a new device waits for its approval.',
  'already-confirmed': 'This factor is confirmed already.',
  'check-expired': 'This security check has expired: start another.',
  'check-not-found': 'No open security check has this id.',
  'check-used-up': 'This code has been guessed wrongly too often and no longer counts: start another check.',
  'ceremony-expired': 'This ceremony has expired: start another.',
  'ceremony-not-found': 'No open ceremony has this id.',
  'ceremony-already-used': 'This ceremony was answered before; each is taken once.',
  'credential-in-use': 'This credential belongs to another account.',
  'credential-already-registered': 'This credential is registered for this account already.',
  'device-not-eligible': "The device does not meet the product's floor.",
  'device-not-found': 'The account has no trusted device with this id.',
  'device-not-trusted': 'This can only be done from a device that the account trusts.',
  'erasure-under-way':
    'The account is erased, and what is left of it is being removed: ask again for the receipt.',
  'factor-disabled':
    'Too many wrong entries in a row: this factor proves nothing until it is confirmed anew or reinstated.',
  'factor-in-use': 'The proof must come from another factor than the one being changed.',
  'factor-not-available': 'The account has no such confirmed factor, or it may not be used for this.',
  'grant-expired': 'This grant has expired: pass another security check.',
  'grant-not-found': 'No such grant was given for this account and purpose.',
  'grant-spent': 'This grant has been used.',
  'insufficient-user-authentication': 'The sign-in is too weak or too old for what is asked.',
  'idempotency-key-reused': 'This idempotency key came with another body before.',
  'identifier-taken': 'Another account holds this identifier.',
  'last-way-in': 'Removing it would leave the account no way in.',
  'name-invalid': 'The name is not allowed.',
  'no-passkey': 'The account has no passkey that can do this.',
  'passkey-limit-reached': 'The account has as many passkeys as the product allows.',
  'passkey-not-found': 'The account has no active passkey with this id.',
  'passkey-suspended': 'The passkey is suspended because its sign count went backwards.',
  'passkey-too-new': 'A passkey added by a code alone does not approve sensitive actions yet.',
  'liveness-answer-refused': 'What the liveness provider answered is not about this reset.',
  'liveness-subject-missing': 'The account is linked to nobody whom the liveness provider knows.',
  'liveness-unavailable': 'The liveness provider cannot be reached: try again later.',
  'log-altered': 'The event log is not the one that an earlier checkpoint signed: nothing more is signed.',
  'log-too-short': 'The event log has fewer events than that.',
  'message-not-delivered': 'The code could not be sent. Try again, or choose another factor.',
  'position-invalid': 'This position is not one that this product was given.',
  'position-not-reached': 'The list has not caught up with that position yet: ask again.',
  'proposal-expired': 'This factor waited too long for its confirmation: propose it again.',
  'proposal-not-found': 'No factor of this kind waits for its confirmation.',
  'removal-forbidden': 'Passkeys of this product are not removed but reset.',
  'report-not-found': 'There is no report of this name.',
  'request-invalid': 'The request has members that are missing, unknown or malformed.',
  'reset-attempts-used-up': 'The account has used up its liveness attempts for a day.',
  'reset-not-found': 'The account has no reset with this id.',
  'reset-not-offered': 'This product has no reset.',
  'reset-over': 'This reset has ended, or is not where this can be done.',
  'reset-required': 'After a reset a passkey is added with the secret of it, or after another reset.',
  'reset-secret-invalid': 'This is not the secret of a reset that removed the passkeys.',
  'reset-secret-spent': 'A passkey was added with this secret before.',
  'reset-under-way': 'A reset is under way already.',
  'reset-window-closed': 'The time to add a passkey after this reset is over: ask for another reset.',
  'security-epoch-passed': 'The security settings of the account changed since: start again.',
  'step-up-already-used': 'This step-up was answered or redeemed before.',
  'step-up-denied': 'The action is stopped for now.',
  'step-up-expired': 'This step-up has expired: start another.',
  'step-up-method-missing': 'The proof lacks a method that the action needs.',
  'step-up-not-found': 'No step-up has this id.',
  'step-up-required': 'This needs a fresh proof by the account holder.',
  'token-invalid': 'The token is not ours, has expired, or names something else.',
  'too-many-requests': 'Too much was asked for in too short a time: wait until the time given.',
  'unknown-action': "The product's policy names no such action.",
  'verification-failed': 'The passkey could not be verified.',
  'wrong-code': 'The code is wrong.',
  'wrong-number': 'The number is not the one that the new device shows.',
} as const;

export type RejectionCode = keyof typeof REJECTIONS;

/** A refusal: a value, not an exception. `details` holds only what the caller may know. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly detail?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function rejection(code: RejectionCode, details?: Readonly<Record<string, unknown>>): Rejection {
  return details === undefined ? { code } : { code, details };
}
