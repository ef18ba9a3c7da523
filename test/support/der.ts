/** What X.509 needs of ASN.1's distinguished encoding (ITU-T X.690), up to 65535 bytes. */
export function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
export const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
export const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
export const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));

/** UTCTime of a moment in ms. */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}
