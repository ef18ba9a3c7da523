import type { CheckId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';

export interface PhoneNumbers {
  /**
   * @param raw in international format, with `+`; spaces, dots, hyphens and parentheses between the digits
   * don't matter
   * @returns E.164, or `undefined` where it can't be a phone number or is one that a message must not go to
   */
  parse(raw: string): string | undefined;
  /** `+86 1859*****65` */
  mask(e164: string): string;
}

export const PHONE_NUMBERS = Symbol('PhoneNumbers');

export interface EmailAddress {
  /**
   * To send to: the local part as it was given, for the receiving host alone says what it means (RFC 5321
   * §2.4).
   */
  readonly address: string;
  /** To compare and to look up by: no two addresses that people take for the same differ in it. */
  readonly comparable: string;
}

export interface EmailAddresses {
  /** @returns `undefined` where it isn't exactly one address with a public host name */
  parse(raw: string): EmailAddress | undefined;
}

export const EMAIL_ADDRESSES = Symbol('EmailAddresses');

export interface OneTimeCodes {
  /** Six digits, each code as likely as any other, and what may be kept of it. */
  issue(checkId: CheckId): { readonly code: string; readonly hash: string };
  /** Takes the same time wherever the difference is. A code of another check never matches. */
  matches(checkId: CheckId, code: string, hash: string): boolean;
}

export const ONE_TIME_CODES = Symbol('OneTimeCodes');

/** RFC 6238 with what every authenticator app can do: SHA-1, 6 digits, 30 seconds. */
export interface TotpCodes {
  /** 160 random bits (RFC 4226 §4 R6) in base32. */
  newSecret(): string;
  /**
   * A secret that the relying party brought, in the form in which it is kept: base32, upper case, without
   * padding.
   * @returns `undefined` where it isn't base32 or has fewer than 128 bits (RFC 4226 §4 R6)
   */
  acceptSecret(raw: string): string | undefined;
  /**
   * The `otpauth://` URL of the enrolment's QR code.
   * @param account shown in the authenticator app: masked, for a screenshot of it goes round
   */
  enrolmentUrl(issuer: string, account: string, secret: string): string;
  /**
   * Accepts the step of the moment and one either way (RFC 6238 §5.2, §6): a code lives for up to 90 seconds.
   * @param lastStep the step used last, or null: neither it nor an earlier one counts again
   * @returns the step that the code belongs to, to be kept as the last; `undefined` where it is wrong
   */
  verify(secret: string, code: string, at: Instant, lastStep: number | null): { step: number } | undefined;
}

export const TOTP_CODES = Symbol('TotpCodes');
