import type {
  AccountId,
  DeviceId,
  PasskeyId,
  RelyingPartySlug,
  SessionId,
  StepUpId,
} from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { StepUpMethod } from '../../domain/account/events.js';

/** What a sign-in is proof of, for the relying party's backend to check offline against the JWKS. */
export interface SignInToken {
  readonly kind: 'sign-in';
  readonly rp: RelyingPartySlug;
  readonly accountId: AccountId;
  readonly sessionId: SessionId;
  readonly securityEpoch: number;
  readonly methods: readonly StepUpMethod[];
  readonly passkeyId: PasskeyId | null;
  /** The trusted device that it was opened on: it ends with that. */
  readonly deviceId: DeviceId | null;
  readonly authenticatedAt: Instant;
  readonly expiresAt: Instant;
}

/** Proof of one named action with its parameters. `exp` is `expiresAt` in whole seconds, rounded down. */
export interface StepUpToken {
  readonly kind: 'step-up';
  readonly rp: RelyingPartySlug;
  readonly accountId: AccountId;
  readonly stepUpId: StepUpId;
  readonly securityEpoch: number;
  readonly methods: readonly StepUpMethod[];
  readonly action: string;
  readonly transactionDigest: string;
  readonly transactionSalt: string;
  readonly authenticatedAt: Instant;
  readonly expiresAt: Instant;
}

export type Token = SignInToken | StepUpToken;

export interface Tokens {
  issue(token: Token): Promise<string>;
  /** The token if we signed it and it has not expired; its account, epoch and use are the caller's to check. */
  verify(encoded: string, rp: RelyingPartySlug, now: Instant): Promise<Token | undefined>;
  /** RFC 7517: the public keys that tokens in circulation may be signed with. */
  keySet(): Promise<{ readonly keys: readonly object[] }>;
}

export const TOKENS = Symbol('Tokens');

/** A transaction to be named unmistakably. Amounts are strings; `exp` in whole seconds since the epoch. */
export interface Transaction {
  readonly rp: RelyingPartySlug;
  readonly account: AccountId;
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly exp: number;
  /** 256 random bits, so that the digest tells nobody what it is of. */
  readonly salt: string;
}

export interface TransactionDigests {
  /** SHA-256 over RFC 8785 of the transaction, base64url. */
  digest(transaction: Transaction): string;
}

export const TRANSACTION_DIGESTS = Symbol('TransactionDigests');
