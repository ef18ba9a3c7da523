import { createHash, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AttestationKey } from './attestation-certificates.js';
import { attestationKey } from './attestation-certificates.js';
import { oid, sequence, set, tagged } from './der.js';
import type { Cbor } from './software-authenticator-cbor.js';

/** What a Trusted Platform Module signs of a key that it made (WebAuthn §8.3; TPM 2.0 part 2). */

const SHA1 = 0x0004;
const SHA256 = 0x000b;
const NAMES = { [SHA1]: 'sha1', [SHA256]: 'sha256' } as const;
export type TpmHash = keyof typeof NAMES;
export const TPM_HASHES = { SHA1, SHA256 } as const;

const TPM_ALG_NULL = 0x0010;
const TPM_ALG_ECC = 0x0023;
const TPM_ECC_NIST_P256 = 0x0003;
const TPM_ST_ATTEST_CERTIFY = 0x8017;
const TPM_GENERATED_VALUE = 0xff544347;
/** fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, sign. */
const OF_A_SIGNING_KEY = 0x00040000 | 0x2 | 0x10 | 0x20 | 0x40 | 0x400;

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const uint32 = (value: number): Buffer => Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);
const sized = (content: Buffer): Buffer => Buffer.concat([uint16(content.length), content]);
const hash = (name: string, data: Buffer): Buffer => createHash(name).update(data).digest();

/** TPMT_PUBLIC of a P-256 key. */
function publicArea(key: KeyObject, nameAlgorithm: TpmHash): Buffer {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.concat([
    uint16(TPM_ALG_ECC),
    uint16(nameAlgorithm),
    uint32(OF_A_SIGNING_KEY),
    sized(Buffer.alloc(0)),
    uint16(TPM_ALG_NULL),
    uint16(TPM_ALG_NULL),
    uint16(TPM_ECC_NIST_P256),
    uint16(TPM_ALG_NULL),
    sized(Buffer.from(x, 'base64url')),
    sized(Buffer.from(y, 'base64url')),
  ]);
}

/** TPMS_ATTEST that names a public area by its hash. */
function certification(magic: number, attested: Buffer, area: Buffer, nameAlgorithm: TpmHash): Buffer {
  const name = Buffer.concat([uint16(nameAlgorithm), hash(NAMES[nameAlgorithm], area)]);
  return Buffer.concat([
    uint32(magic),
    uint16(TPM_ST_ATTEST_CERTIFY),
    sized(Buffer.from('the signer')),
    sized(attested),
    // Clock, resets, restarts, whether it is safe, and the firmware's version.
    Buffer.alloc(8 + 4 + 4 + 1 + 8),
    sized(name),
    sized(Buffer.from('the parent')),
  ]);
}

export interface TpmFacts {
  /** The key that is attested. */
  readonly key: KeyObject;
  readonly identity: TpmIdentity;
  readonly magic?: number;
  readonly publicAreaNames?: TpmHash;
  /** What it says was to be attested, in place of the hash of that. */
  readonly attested?: Buffer;
  readonly certificates?: readonly Buffer[];
}

/** The members of the statement that attests the key. */
export function tpmStatement(facts: TpmFacts, signed: Buffer): ReadonlyMap<string, Cbor> {
  const { identity } = facts;
  const { hashName } = identity;
  const area = publicArea(facts.key, facts.publicAreaNames ?? SHA256);
  const attested = facts.attested ?? hash(hashName, signed);
  const certInfo = certification(facts.magic ?? TPM_GENERATED_VALUE, attested, area, SHA256);
  return new Map<string, Cbor>([
    ['ver', '2.0'],
    ['alg', identity.algorithm],
    ['x5c', [...(facts.certificates ?? identity.chain)]],
    ['sig', createSign(hashName).update(certInfo).sign(identity.privateKey)],
    ['certInfo', certInfo],
    ['pubArea', area],
  ]);
}

/** A key that a TPM attests others with, and its certificates. */
export interface TpmIdentity {
  readonly algorithm: number;
  readonly hashName: 'sha1' | 'sha256';
  readonly privateKey: KeyObject;
  readonly chain: readonly Buffer[];
}

/** By ES256, or by RS1 (RFC 8812 §2) as older modules do. */
export function tpmIdentity(algorithm: -7 | -65535): TpmIdentity {
  const authority = attestationKey({ name: 'Example Platform Authority', authority: true });
  const { privateKey } =
    algorithm === -7
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const leaf: AttestationKey = attestationKey({
    privateKey,
    issuer: authority,
    subject: sequence(),
    extensions: [modelOfModule(), forAttestation()],
  });
  return {
    algorithm,
    hashName: algorithm === -7 ? 'sha256' : 'sha1',
    privateKey,
    chain: [leaf.certificate, authority.certificate],
  };
}

const TCG = '678105';
const text = (type: string, value: string): Buffer =>
  set(sequence(oid(`${TCG}02${type}`), tagged(0x0c, Buffer.from(value))));

/** Subject alternative name: the module's manufacturer, model and version (TCG EK Credential Profile §3.2.9). */
function modelOfModule(): Buffer {
  const name = sequence(text('01', 'id:414D4400'), text('02', 'Example'), text('03', 'id:13'));
  const critical = tagged(0x01, Buffer.from([0xff]));
  return sequence(oid('551d11'), critical, tagged(0x04, sequence(tagged(0xa4, name))));
}

/** Extended key usage: tcg-kp-AIKCertificate. */
function forAttestation(): Buffer {
  return sequence(oid('551d25'), tagged(0x04, sequence(oid(`${TCG}0803`))));
}
