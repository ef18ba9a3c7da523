import { createPublicKey, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { integer, oid, sequence, set, tagged, time } from './der.js';
import { generatePrivateKey } from './software-authenticator-keys.js';

const DAY = 86_400_000;
const COUNTRY = oid('550406');
const ORGANISATION = oid('55040a');
const UNIT = oid('55040b');
const COMMON_NAME = oid('550403');
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

/** A certificate of an authenticator model (WebAuthn §8.2.1) and the key that it speaks for. */
export interface AttestationKey {
  /** DER. */
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
}

export interface CertificateFacts {
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly authority?: boolean;
  readonly issuer?: AttestationKey & { readonly name: string };
  readonly name?: string;
  /** In place of a fresh P-256 key. */
  readonly privateKey?: KeyObject;
  /** An encoded name, in place of the authenticator's. */
  readonly subject?: Buffer;
  /** Encoded, beside the basic constraints. */
  readonly extensions?: readonly Buffer[];
}

/** Made afresh; by default of an authenticator, issued by itself and valid today. */
export function attestationKey(facts: CertificateFacts = {}): AttestationKey & { readonly name: string } {
  const privateKey = facts.privateKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const publicKey = createPublicKey(privateKey);
  const name = facts.name ?? 'Example Authenticator';
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguishedName(facts.issuer?.name ?? name),
    sequence(time(facts.notBefore ?? Date.now() - DAY), time(facts.notAfter ?? Date.now() + DAY)),
    facts.subject ?? distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints(facts.authority ?? false), ...(facts.extensions ?? []))),
  );
  const signer = facts.issuer?.privateKey ?? privateKey;
  const signature = createSign('sha256').update(toBeSigned).sign(signer);
  const bits = tagged(0x03, Buffer.concat([Buffer.from([0]), signature]));
  return { certificate: sequence(toBeSigned, ECDSA_WITH_SHA256, bits), privateKey, name };
}

/** An authority and an authenticator's certificate that it issued. */
export function attestationChain(): {
  readonly leaf: AttestationKey;
  readonly authority: AttestationKey;
} {
  const authority = attestationKey({ name: 'Example Authority', authority: true });
  return { authority, leaf: attestationKey({ issuer: authority }) };
}

export const ANOTHER_KEY = generatePrivateKey(-7);

function distinguishedName(commonName: string): Buffer {
  const part = (type: Buffer, tag: number, text: string): Buffer =>
    set(sequence(type, tagged(tag, Buffer.from(text))));
  return sequence(
    part(COUNTRY, 0x13, 'HK'),
    part(ORGANISATION, 0x0c, 'Example'),
    part(UNIT, 0x0c, 'Authenticator Attestation'),
    part(COMMON_NAME, 0x0c, commonName),
  );
}

function basicConstraints(authority: boolean): Buffer {
  const content = authority ? sequence(tagged(0x01, Buffer.from([0xff]))) : sequence();
  return sequence(oid('551d13'), tagged(0x04, content));
}

/** As a file of a TLS server or client holds it (RFC 7468 §5). */
export const certificateOf = ({ certificate }: AttestationKey): Buffer =>
  Buffer.from(
    `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replaceAll(/.{64}/gu, '$&\n')}\n-----END CERTIFICATE-----\n`,
  );

export const keyOf = ({ privateKey }: AttestationKey): Buffer =>
  Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
