import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { Sealer } from '../keys/sealer.js';
import type { ServiceDatabase } from '../service/service-database.js';

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** RFC 7517, public members only. */
  readonly jwk: PublicJwk;
}

export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** The keys that tokens are signed with, sealed on disk under a key derived from the master key. */
export class SigningKeys {
  private constructor(private readonly keys: readonly [SigningKey, ...SigningKey[]]) {}

  /** Reads the keys; makes the first one where there is none. */
  static open(database: ServiceDatabase, sealer: Sealer, now: number): SigningKeys {
    const read = database.prepare('SELECT kid, sealed FROM signing_keys ORDER BY created_at DESC');
    const known = read.all().map((row: { kid: string; sealed: Uint8Array }) => {
      const der = Buffer.from(sealer.open(contextOf(row.kid), row.sealed));
      return keyOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    });
    const [newest, ...older] = known;
    if (newest !== undefined) return new SigningKeys([newest, ...older]);

    const made = keyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const der = made.privateKey.export({ format: 'der', type: 'pkcs8' });
    database
      .prepare('INSERT INTO signing_keys (kid, sealed, created_at) VALUES (?, ?, ?)')
      .run(made.kid, sealer.seal(contextOf(made.kid), der), now);
    return new SigningKeys([made]);
  }

  /** The one that signs. */
  get current(): SigningKey {
    return this.keys[0];
  }

  find(kid: string): SigningKey | undefined {
    return this.keys.find((key) => key.kid === kid);
  }

  public(): readonly PublicJwk[] {
    return this.keys.map((key) => key.jwk);
  }
}

function contextOf(kid: string): string {
  return `signing-key|${kid}`;
}

function keyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  // RFC 7638 §3.2: the required members only, in lexicographic order.
  const thumbprint = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const kid = createHash('sha256').update(thumbprint).digest('base64url');
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' },
  };
}
