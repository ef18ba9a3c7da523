/**
 * Unpadded base64url (RFC 4648 §5), in its one canonical spelling. A second spelling of the same bytes would be a second
 * name for one credential, or let one ceremony be taken twice.
 * @returns `undefined` for anything else, and for no bytes at all
 */
export function decodeBase64url(text: unknown): Buffer<ArrayBuffer> | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
