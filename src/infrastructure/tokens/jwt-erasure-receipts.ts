import { decodeProtectedHeader } from 'jose';
import type { ErasureReceipt, ErasureReceipts } from '../../application/ports/erasure.js';
import { JwtSigner, seconds } from './jwt-signer.js';
import type { SigningKeys } from './signing-keys.js';

const ERASURE_RECEIPT = 'latchkey-erasure-receipt+jwt';

/** Receipts as JWTs that the key set of tokens verifies. They have no `exp`: what is done stays done. */
export class JwtErasureReceipts implements ErasureReceipts {
  private readonly signer: JwtSigner;

  constructor(
    private readonly keys: SigningKeys,
    private readonly issuer: string,
  ) {
    this.signer = new JwtSigner(keys);
  }

  sign({ completedAt, erasedAt, eventId, receiptId, rp, userHandle }: ErasureReceipt): Promise<string> {
    return this.signer.sign(ERASURE_RECEIPT, {
      iss: this.issuer,
      aud: rp,
      sub: userHandle,
      jti: receiptId,
      iat: seconds(completedAt),
      erased_at: seconds(erasedAt),
      event_id: eventId,
    });
  }

  async current(signed: string, receipt: ErasureReceipt): Promise<string> {
    const { kid = '' } = decodeProtectedHeader(signed);
    return (await this.keys.find(kid)) === undefined ? this.sign(receipt) : signed;
  }
}
