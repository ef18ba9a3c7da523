import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Where and how gRPC is served. */
export interface GrpcSettings {
  readonly host: string;
  readonly port: number;
  /** The port was named, not assumed: it is this one or none. */
  readonly named: boolean;
  /** PEM. Undefined: in the clear. */
  readonly tls: GrpcTls | undefined;
}

export interface GrpcTls {
  /** The certificate with its chain. */
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Whose certificates clients must show; undefined where their API key alone will do. */
  readonly clientAuthority: Buffer | undefined;
}

const ASSUMED_PORT = 3001;

export const GRPC_VARIABLES = {
  GRPC_HOST: z.string().default('127.0.0.1'),
  /** 0: gRPC is not served. */
  GRPC_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LATCHKEY_GRPC_TLS_CERT: z.string().optional(),
  LATCHKEY_GRPC_TLS_KEY: z.string().optional(),
  LATCHKEY_GRPC_TLS_CLIENT_CA: z.string().optional(),
  LATCHKEY_GRPC_PLAINTEXT: z
    .literal('allowed', { error: 'can only be `allowed`: something else in front speaks TLS' })
    .optional(),
} as const;

type Read = z.infer<z.ZodObject<typeof GRPC_VARIABLES>>;

/** Null where gRPC is not served. A file that can't be read is among the problems, which say all that is wrong. */
export function grpcSettings(
  read: Read,
  loopback: readonly string[],
): { readonly settings: GrpcSettings | null; readonly problems: readonly string[] } {
  const { GRPC_HOST: host, GRPC_PORT: port = ASSUMED_PORT } = read;
  if (port === 0) return { settings: null, problems: [] };
  const problems: string[] = [];
  const file = (name: keyof Read): Buffer | undefined => {
    const path = read[name];
    if (typeof path !== 'string') return undefined;
    try {
      return readFileSync(path);
    } catch {
      problems.push(`${name}: the file can't be read`);
      return undefined;
    }
  };
  const certificate = file('LATCHKEY_GRPC_TLS_CERT');
  const key = file('LATCHKEY_GRPC_TLS_KEY');
  const clientAuthority = file('LATCHKEY_GRPC_TLS_CLIENT_CA');
  const given = (name: keyof Read): boolean => read[name] !== undefined;
  const encrypted = given('LATCHKEY_GRPC_TLS_CERT');
  if (encrypted !== given('LATCHKEY_GRPC_TLS_KEY')) {
    problems.push('LATCHKEY_GRPC_TLS_CERT, LATCHKEY_GRPC_TLS_KEY: one needs the other');
  }
  if (given('LATCHKEY_GRPC_TLS_CLIENT_CA') && !encrypted) {
    problems.push('LATCHKEY_GRPC_TLS_CLIENT_CA: clients can show certificates over TLS only');
  }
  if (!encrypted && !given('LATCHKEY_GRPC_PLAINTEXT') && !loopback.includes(host)) {
    problems.push(
      'GRPC_HOST: API keys travel beyond this machine, so that LATCHKEY_GRPC_TLS_CERT is needed, or LATCHKEY_GRPC_PLAINTEXT=allowed',
    );
  }
  const tls =
    certificate === undefined || key === undefined ? undefined : { certificate, key, clientAuthority };
  return { settings: { host, port, named: read.GRPC_PORT !== undefined, tls }, problems };
}
