import type { RelyingPartySlug, UserHandle } from '../../domain/kernel/ids.js';

/** What a command needs of randomness and hashing, made before it decides. Binary values are base64url. */
export interface Identifiers {
  /** 128 random bits, 22 characters: ids of accounts, passkeys, checks, ceremonies. */
  randomId(): string;
  /**
   * The time in milliseconds (48 bits) and 80 random bits, 22 characters. Ids derived from it begin with its time, so that an
   * index over them grows at its end; spread over it, each append would write a page of its own.
   */
  commandId(): string;
  /** 64 random bytes for WebAuthn `user.id` (WebAuthn §14.6.1: nothing personal in it). */
  userHandle(): UserHandle;
  /** 256 random bits, 43 characters: handed out once; only its `sha256` is kept. */
  secret(): string;
  /** SHA-256 of the text's UTF-8 bytes. */
  sha256(text: string): string;
  /**
   * A UUID (version 8, RFC 9562 §5.8) that is always the same for the same command and index, so that a retried
   * command makes the same event ids and can't be recorded twice. Its first 48 bits are the command's.
   */
  deriveId(commandId: string, index: number): string;
  /**
   * A keyed hash that stands in a stream's name for what must not be read there. Without the key nobody can
   * try out email addresses against the names. The caller normalises `value`.
   * @param kind what is named (`account`, `email`): one value gives unrelated names for two kinds
   */
  hmacName(kind: string, rp: RelyingPartySlug, value: string): string;
}

export const IDENTIFIERS = Symbol('Identifiers');
