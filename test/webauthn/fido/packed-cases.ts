import type { AttestationKey } from '../../support/attestation-certificates.js';
import { ANOTHER_KEY, attestationChain, attestationKey } from '../../support/attestation-certificates.js';
import type { Cbor } from '../../support/software-authenticator-cbor.js';
import { ES256_KEY } from '../../support/software-authenticator-attempts.js';
import { signWith } from '../../support/software-authenticator-keys.js';
import type { FidoSuite } from './case.js';
import { numbered } from './case.js';
import { register } from './registration-cases.js';

const SUITE = 'Server-ServerAuthenticatorAttestationResponse-Resp-';
const DAY = 86_400_000;
const CHAIN = attestationChain();

interface Told {
  readonly signer?: AttestationKey['privateKey'];
  readonly certificates?: Cbor;
  readonly format?: string;
  readonly tamper?: (signature: Buffer) => Buffer;
}

/** A packed attestation by a certificate's key, with what is told otherwise. */
function full(what: string, told: Told, expected: string) {
  const { certificates = [CHAIN.leaf.certificate, CHAIN.authority.certificate] } = told;
  const attest = (signed: Buffer): ReadonlyMap<string, Cbor> => {
    const signature = signWith(told.signer ?? CHAIN.leaf.privateKey, signed);
    return new Map<string, Cbor>([
      ['alg', -7],
      ['sig', told.tamper?.(signature) ?? signature],
      ...(certificates === 'none' ? [] : [['x5c', certificates] as const]),
    ]);
  };
  return {
    what,
    expected,
    run: () => register({ say: { format: told.format ?? 'packed', attest } }),
  };
}

const flipped = (signature: Buffer): Buffer => {
  const copy = Buffer.from(signature);
  const last = copy.length - 1;
  copy.writeUInt8(copy.readUInt8(last) ^ 1, last);
  return copy;
};
const INVALID = 'attestation-invalid';
const NO_METADATA =
  'no metadata and no anchors are configured: whatever the chain, the attestation counts as untrusted and earns nothing';
const expired = attestationKey({
  issuer: { ...CHAIN.authority, name: 'Example Authority' },
  notAfter: Date.now() - DAY,
});
const early = attestationKey({
  issuer: { ...CHAIN.authority, name: 'Example Authority' },
  notBefore: Date.now() + DAY,
  notAfter: Date.now() + 2 * DAY,
});

export const PACKED_SUITES: readonly FidoSuite[] = [
  {
    id: `${SUITE}5`,
    topic: 'format packed, by a certificate',
    cases: [
      { id: 'P-1', ...full('a good one', {}, 'ok') },
      { id: 'P-2', what: 'a chain that leads to an anchor of the metadata', notApplicable: NO_METADATA },
      ...numbered('F', [
        full('an unknown format', { format: 'packed2' }, 'attestation-format-not-accepted'),
        full('a signature that does not verify', { tamper: flipped }, INVALID),
        full(
          'no certificates, so that the key would have to attest itself',
          { certificates: 'none' },
          INVALID,
        ),
        full('certificates that are no list', { certificates: 'certificate' }, INVALID),
        full('an empty list of certificates', { certificates: [] }, INVALID),
        full(
          'a certificate that has expired',
          { signer: expired.privateKey, certificates: [expired.certificate] },
          INVALID,
        ),
        full(
          'a certificate that is not valid yet',
          { signer: early.privateKey, certificates: [early.certificate] },
          INVALID,
        ),
        { what: 'a certificate of another algorithm than the metadata says', notApplicable: NO_METADATA },
        { what: 'a chain that does not verify', notApplicable: NO_METADATA },
        { what: 'a chain that contains its root', notApplicable: NO_METADATA },
        full(
          'certificates in the wrong order',
          { certificates: [CHAIN.authority.certificate, CHAIN.leaf.certificate] },
          INVALID,
        ),
        { what: 'an authority in between that has expired', notApplicable: NO_METADATA },
        full('a signature by another key than the certificate’s', { signer: ANOTHER_KEY }, INVALID),
        full('a signature by the credential’s own key', { signer: ES256_KEY }, INVALID),
      ]),
    ],
  },
  {
    id: `${SUITE}6`,
    topic: 'format packed, by the credential itself',
    cases: [
      { id: 'P-1', ...full('a good one', { signer: ES256_KEY, certificates: 'none' }, 'ok') },
      ...numbered('F', [
        full(
          'a signature that does not verify',
          { signer: ES256_KEY, certificates: 'none', tamper: flipped },
          INVALID,
        ),
        full(
          'a self attestation that carries certificates',
          { signer: ES256_KEY, certificates: [CHAIN.leaf.certificate] },
          INVALID,
        ),
        full(
          'an unknown format',
          { signer: ES256_KEY, certificates: 'none', format: 'self' },
          'attestation-format-not-accepted',
        ),
      ]),
    ],
  },
];
