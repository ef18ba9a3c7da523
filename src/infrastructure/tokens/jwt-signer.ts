import { sign } from 'node:crypto';
import type { SigningKey, SigningKeys } from './signing-keys.js';

/**
 * Signs JWTs (RFC 7519) with ES256 or RS256, as the key is, by node:crypto: a sign-in makes one, and WebCrypto's dispatch costs several signatures
 * (a test holds what is signed here to be what jose reads).
 */
export class JwtSigner {
  private readonly headers = new Map<string, string>();

  constructor(private readonly keys: SigningKeys) {}

  /** @param typ what kind of JWT it is, so that none is taken for another (RFC 8725 §3.11) */
  async sign(typ: string, claims: object): Promise<string> {
    const current = await this.keys.current();
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const input = `${this.header(current, typ)}.${payload}`;
    const signature = sign('sha256', Buffer.from(input), {
      key: current.privateKey,
      // Of ES256 (RFC 7518 §3.4); it means nothing to RSA, whose padding by default is that of RS256.
      dsaEncoding: 'ieee-p1363',
    });
    return `${input}.${signature.toString('base64url')}`;
  }

  private header(key: SigningKey, typ: string): string {
    const name = `${key.kid} ${typ}`;
    const known = this.headers.get(name);
    if (known !== undefined) return known;
    const header = Buffer.from(JSON.stringify({ alg: key.jwk.alg, typ, kid: key.kid })).toString('base64url');
    this.headers.set(name, header);
    return header;
  }
}

/** A NumericDate (RFC 7519 §2) of milliseconds since the epoch. */
export function seconds(instant: number): number {
  return Math.floor(instant / 1000);
}
