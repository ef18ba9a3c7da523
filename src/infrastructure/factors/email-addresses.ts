import { domainToASCII } from 'node:url';
import type { EmailAddress, EmailAddresses } from '../../application/ports/factors.js';

/** A dot-atom (RFC 5322 §3.2.3) of ASCII or of letters, digits and marks of any script (RFC 6531 §3.3). */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const HOST_AS_WRITTEN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;

/**
 * One address and nothing else: no display name, list, comment, quoted local part or line break survives, so
 * that what is put into a message's header is what was checked.
 *
 * Compared are the local part in lower case, though a host might tell the cases apart, and the host in lower
 * case and Punycode: `Li@例え.jp` and `li@xn--r8jz45g.jp` are one. Dots and plus tags stay, because only some
 * hosts ignore them.
 */
export class SingleEmailAddresses implements EmailAddresses {
  parse(raw: string): EmailAddress | undefined {
    const trimmed = raw.trim().normalize('NFC');
    const at = trimmed.lastIndexOf('@');
    const localPart = trimmed.slice(0, Math.max(0, at));
    const written = trimmed.slice(at + 1);
    if (!LOCAL_PART.test(localPart) || Buffer.byteLength(localPart) > LONGEST_LOCAL_PART) return undefined;
    if (!HOST_AS_WRITTEN.test(written)) return undefined;
    const host = domainToASCII(written);
    const address = `${localPart}@${host}`;
    if (!HOST.test(host) || Buffer.byteLength(address) > LONGEST_ADDRESS) return undefined;
    return { address, comparable: `${localPart.toLowerCase()}@${host}` };
  }
}
