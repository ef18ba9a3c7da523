import { graphemes } from './graphemes.js';

/**
 * Enough of an email address for its owner to know it, as the products show it: `144***@qq.com`. Of the local
 * part the first three characters are shown, but never more than half of it, nothing behind a `+`, and always
 * three asterisks, so that its length stays hidden. The domain is shown.
 */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return '***';
  const mailbox = graphemes(address.slice(0, at).split('+', 1)[0] ?? '');
  const shown = mailbox.slice(0, Math.min(3, Math.floor(mailbox.length / 2)));
  return `${shown.join('')}***${address.slice(at)}`;
}

const HIDDEN_DIGITS = 5;

/**
 * Enough of a phone number for its owner to know it, as the products show it: `+86 1859*****65`. At least five
 * digits of the national number are hidden; of what is left, the last two are shown and then up to four of the
 * first.
 * @param countryCallingCode digits without `+`
 * @param nationalNumber digits
 */
export function maskPhone(countryCallingCode: string, nationalNumber: string): string {
  const showable = Math.max(0, nationalNumber.length - HIDDEN_DIGITS);
  const last = Math.min(2, showable);
  const first = Math.min(4, showable - last);
  const hidden = Math.max(HIDDEN_DIGITS, nationalNumber.length - first - last);
  const start = nationalNumber.slice(0, first);
  const end = nationalNumber.slice(nationalNumber.length - last);
  return `+${countryCallingCode} ${start}${'*'.repeat(hidden)}${end}`;
}
