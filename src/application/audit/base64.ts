/** RFC 4648 §4, as checkpoints write their root hash. */
export function base64Of(hash: Uint8Array): string {
  return btoa(String.fromCharCode(...hash));
}
