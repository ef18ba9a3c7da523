/** RFC 4648 §4, as hashes and signatures are written. */
export function toBase64(bytes: Uint8Array): string {
  // One by one: what somebody put in a stored event's place may be longer than a call has room for arguments.
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Undefined for what is not base64 in its one canonical form. */
export function fromBase64(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(base64) || base64.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return toBase64(bytes) === base64 ? bytes : undefined;
}
