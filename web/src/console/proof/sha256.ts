import { sha256 as digest } from '@noble/hashes/sha2.js';

/** At once, as the tree's own code wants it: WebCrypto's would be a promise for every node. */
export const sha256 = (bytes: Uint8Array): Uint8Array => digest(bytes);
