import type { ChannelCredentials } from '@grpc/grpc-js';
import { credentials } from '@grpc/grpc-js';

export interface LatchkeyOptions {
  /** `host:port` of the service's gRPC. */
  readonly address: string;
  /** The product's slug, for which every call is made. */
  readonly rp: string;
  readonly apiKey: string;
  /**
   * `true` for the authorities that Node trusts. Absent: in the clear, which is for the same machine, unless `plaintext`
   * says that something else encrypts.
   */
  readonly tls?: true | TlsOptions;
  /** Lets the API key travel beyond this machine in the clear. */
  readonly plaintext?: 'allowed';
  /** Milliseconds that a call may take, its repeats included: 10,000 where nothing is said. */
  readonly deadlineMs?: number;
  /** A query about an account waits for this client's last command on it. True where nothing is said. */
  readonly readYourWrites?: boolean;
}

/** PEM. */
export interface TlsOptions {
  /** Whose certificates the service may show; those that Node trusts where it is absent. */
  readonly authority?: Buffer;
  /** What the client shows, where the service asks for certificates (mTLS). */
  readonly certificate?: Buffer;
  readonly key?: Buffer;
}

/** @throws TypeError where the key would travel in the clear */
export function credentialsOf({ address, tls, plaintext }: LatchkeyOptions): ChannelCredentials {
  if (tls === true) return credentials.createSsl();
  if (tls !== undefined) {
    return credentials.createSsl(tls.authority ?? null, tls.key ?? null, tls.certificate ?? null);
  }
  if (plaintext !== 'allowed' && !LOOPBACK.test(address)) {
    throw new TypeError('The API key would travel in the clear: set tls, or plaintext to `allowed`.');
  }
  return credentials.createInsecure();
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):\d+$/u;
