/** RFC 4648 §4, as checkpoints write their root hash. */
export function base64Of(bytes: Uint8Array): string {
  // One by one: what somebody put in a stored event's place may be longer than a call has room for arguments.
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
