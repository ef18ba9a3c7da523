import { z } from 'zod';
import { connectionOf } from '../postgres/connection-settings.js';
import { redisServerOf } from '../redis/connection-settings.js';
import { givenVariables } from './given-variables.js';

export const ROLES = ['api', 'projector', 'worker'] as const;

/** `api` answers calls; `projector` feeds the read models and signs checkpoints; `worker` makes jobs of events and does them. */
export type Role = (typeof ROLES)[number];

/** Where the processes of one service keep what they share. */
export interface ClusterSettings {
  /** Addresses as `connectionOf` takes them. */
  readonly postgres: {
    readonly address: string;
    /** Of the accounts' keys: the same database unless another was named. */
    readonly keysAddress: string;
  };
  /** Null where PostgreSQL keeps the events. */
  readonly eventStoreDb: { readonly connectionString: string; readonly namespace: string } | null;
  readonly redis: { readonly url: string; readonly prefix: string };
}

export const CLUSTER_VARIABLES = {
  LATCHKEY_TIER: z.enum(['embedded', 'cluster']).default('embedded'),
  LATCHKEY_ROLES: z.string().optional(),
  LATCHKEY_POSTGRES_URL: z.string().optional(),
  LATCHKEY_KEYS_POSTGRES_URL: z.string().optional(),
  LATCHKEY_EVENTSTOREDB_URL: z
    .string()
    .regex(/^esdb(?:\+discover)?:\/\//u, { error: 'must be esdb:// or esdb+discover://' })
    .optional(),
  LATCHKEY_REDIS_URL: z.string().optional(),
  LATCHKEY_NAMESPACE: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/u, { error: 'must be small letters, digits and hyphens' })
    .default('latchkey'),
} as const;

type Read = z.infer<z.ZodObject<typeof CLUSTER_VARIABLES>>;

const OF_CLUSTERS = [
  'LATCHKEY_ROLES',
  'LATCHKEY_POSTGRES_URL',
  'LATCHKEY_KEYS_POSTGRES_URL',
  'LATCHKEY_EVENTSTOREDB_URL',
  'LATCHKEY_REDIS_URL',
] as const;

/** Null settings stand for the embedded tier, which takes none of the variables. No problem repeats a value: addresses have passwords. */
export function clusterSettings(read: Read): {
  readonly settings: ClusterSettings | null;
  readonly roles: readonly Role[];
  readonly problems: readonly string[];
} {
  if (read.LATCHKEY_TIER === 'embedded') {
    const problems = OF_CLUSTERS.filter((name) => read[name] !== undefined).map(
      (name) => `${name}: only LATCHKEY_TIER=cluster takes it`,
    );
    return { settings: null, roles: ROLES, problems };
  }
  const { LATCHKEY_NAMESPACE: namespace, LATCHKEY_POSTGRES_URL: address, LATCHKEY_REDIS_URL: url } = read;
  const { LATCHKEY_EVENTSTOREDB_URL: connectionString, LATCHKEY_KEYS_POSTGRES_URL: keysAddress } = read;
  const named = read.LATCHKEY_ROLES?.split(',').map((name) => name.trim()) ?? [...ROLES];
  const roles = ROLES.filter((role) => named.includes(role));
  const problems = [
    ...(roles.length === new Set(named).size && roles.length > 0
      ? []
      : [`LATCHKEY_ROLES: must be some of ${ROLES.join(', ')}, with commas between`]),
    ...addressProblem('LATCHKEY_POSTGRES_URL', address, connectionOf),
    ...(keysAddress === undefined
      ? []
      : addressProblem('LATCHKEY_KEYS_POSTGRES_URL', keysAddress, connectionOf)),
    ...addressProblem('LATCHKEY_REDIS_URL', url, redisServerOf),
  ];
  if (address === undefined || url === undefined) return { settings: null, roles, problems };
  const settings = {
    postgres: { address, keysAddress: keysAddress ?? address },
    eventStoreDb: connectionString === undefined ? null : eventStoreDbAt(connectionString, namespace),
    redis: redisAt(url, namespace),
  };
  return { settings, roles, problems };
}

/** @param namespace begins every name there, as `LATCHKEY_NAMESPACE` does */
export function eventStoreDbAt(
  connectionString: string,
  namespace: string,
): NonNullable<ClusterSettings['eventStoreDb']> {
  return { connectionString, namespace: `${namespace}-` };
}

/** @param namespace begins every name there, as `LATCHKEY_NAMESPACE` does */
export function redisAt(url: string, namespace: string): ClusterSettings['redis'] {
  return { url, prefix: `${namespace}:` };
}

function addressProblem(
  name: string,
  address: string | undefined,
  read: (address: string) => unknown,
): readonly string[] {
  if (address === undefined) return [`${name}: the cluster tier needs it`];
  try {
    read(address);
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : 'can’t be used'}`];
  }
}

/** What commands go by: the cluster that the environment names, or null. @throws with every problem by name */
export function clusterNamedBy(environment: NodeJS.ProcessEnv): ClusterSettings | null {
  const parsed = z.object(CLUSTER_VARIABLES).safeParse(givenVariables(environment));
  const { problems, settings } = parsed.success
    ? clusterSettings(parsed.data)
    : {
        problems: parsed.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`),
        settings: null,
      };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}
