export const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const PERIOD_S = 30;
const DIGITS = 6;

/** The code that an authenticator app shows at a time, and for how long still (RFC 6238, SHA-1, 6 digits, 30 s). */
export async function timeBasedCode(
  secret: string,
  now: number,
): Promise<{ code: string; secondsLeft: number }> {
  const seconds = Math.floor(now / 1000);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / PERIOD_S)));
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', fromBase32(secret), algorithm, false, ['sign']);
  const mac = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  // Dynamic truncation, RFC 4226 §5.3.
  const offset = mac.getUint8(mac.byteLength - 1) & 0x0f;
  const number = (mac.getUint32(offset) & 0x7fff_ffff) % 10 ** DIGITS;
  return { code: String(number).padStart(DIGITS, '0'), secondsLeft: PERIOD_S - (seconds % PERIOD_S) };
}

function fromBase32(encoded: string): Uint8Array<ArrayBuffer> {
  const bits = Array.from(encoded, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
