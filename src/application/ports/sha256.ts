/** SHA-256 of bytes: `Sha256` of the domain's Merkle tree. */
export const SHA256 = Symbol('Sha256');
