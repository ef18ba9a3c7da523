declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The relying party's name in stream names and paths: lower-case letters, digits, hyphens. */
export type RelyingPartySlug = Branded<'RelyingPartySlug'>;
/** The relying party's own id of its user: 1–128 printable characters. Personal data, for it may be an email. */
export type AccountId = Branded<'AccountId'>;
/** Our random id of an account; it stands in stream names, so it means nothing to an outsider. */
export type SubjectId = Branded<'SubjectId'>;
/** WebAuthn `user.id`: 64 random bytes as base64url (WebAuthn §5.4.3). */
export type UserHandle = Branded<'UserHandle'>;
export type PasskeyId = Branded<'PasskeyId'>;
/** The authenticator's credential id as base64url, at most 1023 bytes (WebAuthn §7.1 step 25). */
export type CredentialId = Branded<'CredentialId'>;
export type CeremonyId = Branded<'CeremonyId'>;
export type CheckId = Branded<'CheckId'>;
export type StepUpId = Branded<'StepUpId'>;
export type SessionId = Branded<'SessionId'>;
export type ResetId = Branded<'ResetId'>;
/** SHA-256 of a reset's secret, base64url. */
export type ResetSecretHash = Branded<'ResetSecretHash'>;
/** Names an erasure and its receipt, and nobody. */
export type ReceiptId = Branded<'ReceiptId'>;
export type DeviceId = Branded<'DeviceId'>;
export type ApprovalId = Branded<'ApprovalId'>;
/** SHA-256 of a grant's secret, base64url: the secret itself is handed out once and never stored. */
export type GrantHash = Branded<'GrantHash'>;
/** The same of what lets a device show itself: its device token, or the secret of a sign-in that waits for approval. */
export type SecretHash = Branded<'SecretHash'>;

/** Names a plain string as the id it is. Validation belongs to the boundary that read it. */
export const as = <Id extends Branded<string>>(value: string): Id => value as Id;
