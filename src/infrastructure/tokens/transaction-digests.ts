import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Transaction, TransactionDigests } from '../../application/ports/tokens.js';

/** SHA-256 over RFC 8785: no two transactions that differ in anything have the same bytes. */
export class CanonicalTransactionDigests implements TransactionDigests {
  digest({ rp, account, action, parameters, exp, salt }: Transaction): string {
    const canonical = canonicalize({ rp, account, action, parameters, exp, salt });
    if (canonical === undefined) throw new TypeError('a transaction has no canonical form');
    return createHash('sha256').update(canonical).digest('base64url');
  }
}
