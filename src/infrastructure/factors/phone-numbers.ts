import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneNumbers } from '../../application/ports/factors.js';
import { maskPhone } from '../../domain/policy/masking.js';

const INTERNATIONAL = /^\+[\d\s().-]{4,40}$/;

/** Numbers that cost whoever sends to them, and pay whoever asked for the message. */
const CHARGEABLE: ReadonlySet<string | undefined> = new Set(['PREMIUM_RATE', 'SHARED_COST']);

/**
 * A number counts when its length is possible in its country: the ranges that are in use change faster than any
 * copy of them, and a wrong one only means a code that never arrives.
 */
export class LibPhoneNumbers implements PhoneNumbers {
  parse(raw: string): string | undefined {
    const trimmed = raw.trim();
    if (!INTERNATIONAL.test(trimmed)) return undefined;
    const parsed = parsePhoneNumberFromString(trimmed, { extract: false });
    if (parsed === undefined || !parsed.isPossible() || CHARGEABLE.has(parsed.getType())) return undefined;
    return parsed.number;
  }

  mask(e164: string): string {
    const parsed = parsePhoneNumberFromString(e164, { extract: false });
    return parsed === undefined ? '*****' : maskPhone(parsed.countryCallingCode, parsed.nationalNumber);
  }
}
