import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { SingleEmailAddresses } from '../factors/email-addresses.js';
import { givenVariables } from './given-variables.js';
import { GRPC_VARIABLES, grpcSettings } from './grpc-settings.js';
import type { GrpcSettings } from './grpc-settings.js';
import { CLUSTER_VARIABLES, clusterSettings } from './cluster-settings.js';
import type { ClusterSettings, Role } from './cluster-settings.js';
import { sumsubSettings } from './sumsub-settings.js';
import type { SumsubCredentials } from './sumsub-settings.js';
import { webhookSettings } from './webhook-settings.js';
import type { WebhookSecrets } from './webhook-settings.js';
import type { Environment } from '../service/environment.js';

/** How the service is told to run: environment variables, read and checked once at start. */
export interface Settings {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  /** Null where gRPC is not served. */
  readonly grpc: GrpcSettings | null;
  /** Null: the embedded tier, which keeps all in the data folder. */
  readonly cluster: ClusterSettings | null;
  /** What this process does of what the service does; in the embedded tier everything. */
  readonly roles: readonly Role[];
  /** Absolute. */
  readonly dataFolder: string;
  readonly policyFolder: string;
  /** Development: a key with every scope for every relying party, as the caller chose it. */
  readonly developmentApiKey: string | undefined;
  /** Production: base64 of 32 bytes. Development makes one in the data folder. */
  readonly masterKey: string | undefined;
  /** `iss` of tokens. */
  readonly issuer: string;
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  readonly sms: { readonly url: string; readonly token: string } | undefined;
  /** Development: which provider checks faces, whatever policies say. */
  readonly liveness: 'simulator' | 'sumsub';
  readonly sumsub: {
    readonly baseUrl: string;
    /** By product slug. */
    readonly products: ReadonlyMap<string, SumsubCredentials>;
  };
  /** What webhooks are signed with, by product slug. */
  readonly webhookSecrets: ReadonlyMap<string, WebhookSecrets>;
  readonly logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug';
  /** How many accounts' states are kept in memory; 0 reads every one anew, which is for measuring. */
  readonly accountCache: number;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

const ENVIRONMENT_VARIABLES = z.object({
  LATCHKEY_ENV: z.enum(['development', 'production'], {
    error:
      'must say `development` or `production`; there is no default, so that nobody serves the helpers by mistake',
  }),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  LATCHKEY_DATA: z.string().default('./data'),
  LATCHKEY_POLICIES: z.string().default('./config/relying-parties'),
  LATCHKEY_DEV_API_KEY: z.string().min(16).optional(),
  LATCHKEY_MASTER_KEY: z.string().optional(),
  LATCHKEY_MASTER_KEY_FILE: z.string().optional(),
  LATCHKEY_ISSUER: z.url().optional(),
  LATCHKEY_SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp:// or smtps://' }).optional(),
  LATCHKEY_SMTP_FROM: z
    .string()
    .refine((value) => new SingleEmailAddresses().parse(value) !== undefined, {
      error: 'must be one email address, without a name',
    })
    .optional(),
  LATCHKEY_SMS_URL: z.url().optional(),
  LATCHKEY_SMS_TOKEN: z.string().optional(),
  LATCHKEY_LIVENESS: z.enum(['simulator', 'sumsub']).optional(),
  SUMSUB_BASE_URL: z.url().default('https://api.sumsub.com'),
  LATCHKEY_LOG: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  LATCHKEY_ACCOUNT_CACHE: z.coerce.number().int().min(0).default(10_000),
  ...GRPC_VARIABLES,
  ...CLUSTER_VARIABLES,
});

export class SettingsInvalid extends Error {
  constructor(problems: readonly string[]) {
    super(`the settings are not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsInvalid';
  }
}

/** @throws SettingsInvalid with every problem by name; values are not repeated, for some are secrets */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const variables = givenVariables(environment);
  const parsed = ENVIRONMENT_VARIABLES.safeParse(variables);
  if (!parsed.success) {
    throw new SettingsInvalid(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const read = parsed.data;
  const production = read.LATCHKEY_ENV === 'production';
  const sumsub = sumsubSettings(variables, production);
  const webhooks = webhookSettings(variables);
  const grpc = grpcSettings(read, LOOPBACK);
  const cluster = clusterSettings(read);
  const problems = [
    ...(production ? forProduction(read) : forDevelopment(read)),
    ...withoutSender(read),
    ...sumsub.problems,
    ...webhooks.problems,
    ...grpc.problems,
    ...cluster.problems,
  ];
  if (problems.length > 0) throw new SettingsInvalid(problems);
  return {
    environment: read.LATCHKEY_ENV,
    host: read.HOST,
    port: read.PORT,
    grpc: grpc.settings,
    cluster: cluster.settings,
    roles: cluster.roles,
    dataFolder: resolve(read.LATCHKEY_DATA),
    policyFolder: resolve(read.LATCHKEY_POLICIES),
    developmentApiKey: read.LATCHKEY_DEV_API_KEY,
    masterKey: read.LATCHKEY_MASTER_KEY ?? fromFile(read.LATCHKEY_MASTER_KEY_FILE),
    issuer: read.LATCHKEY_ISSUER ?? `http://localhost:${read.PORT}`,
    smtp:
      read.LATCHKEY_SMTP_URL === undefined
        ? undefined
        : { url: read.LATCHKEY_SMTP_URL, from: read.LATCHKEY_SMTP_FROM ?? '' },
    sms:
      read.LATCHKEY_SMS_URL === undefined
        ? undefined
        : { url: read.LATCHKEY_SMS_URL, token: read.LATCHKEY_SMS_TOKEN ?? '' },
    liveness: read.LATCHKEY_LIVENESS ?? 'simulator',
    sumsub: { baseUrl: read.SUMSUB_BASE_URL, products: sumsub.products },
    webhookSecrets: webhooks.products,
    logLevel: read.LATCHKEY_LOG,
    accountCache: read.LATCHKEY_ACCOUNT_CACHE,
  };
}

type Read = z.infer<typeof ENVIRONMENT_VARIABLES>;

function forDevelopment(read: Read): readonly string[] {
  return (['HOST', 'GRPC_HOST'] as const)
    .filter((name) => !LOOPBACK.includes(read[name]))
    .map((name) => `${name}: development is for one machine: it binds to ${LOOPBACK.join(', ')} only`);
}

function withoutSender(read: Read): readonly string[] {
  const missing = read.LATCHKEY_SMTP_URL !== undefined && read.LATCHKEY_SMTP_FROM === undefined;
  return missing && read.LATCHKEY_ENV === 'development'
    ? ['LATCHKEY_SMTP_FROM: LATCHKEY_SMTP_URL needs it']
    : [];
}

function forProduction(read: Read): readonly string[] {
  const problems: string[] = [];
  const must = (given: unknown, name: string, why: string): void => {
    if (given === undefined) problems.push(`${name}: production needs it ${why}`);
  };
  must(
    read.LATCHKEY_MASTER_KEY ?? read.LATCHKEY_MASTER_KEY_FILE,
    'LATCHKEY_MASTER_KEY',
    'to seal what it keeps',
  );
  must(read.LATCHKEY_ISSUER, 'LATCHKEY_ISSUER', 'to name itself in tokens');
  must(read.LATCHKEY_SMTP_URL, 'LATCHKEY_SMTP_URL', 'to send codes by email');
  must(read.LATCHKEY_SMTP_FROM, 'LATCHKEY_SMTP_FROM', 'to send codes by email');
  must(read.LATCHKEY_SMS_URL, 'LATCHKEY_SMS_URL', 'to send codes by SMS');
  must(read.LATCHKEY_SMS_TOKEN, 'LATCHKEY_SMS_TOKEN', 'to send codes by SMS');
  if (read.LATCHKEY_DEV_API_KEY !== undefined) {
    problems.push('LATCHKEY_DEV_API_KEY: a key with every scope has no place in production');
  }
  if (read.LATCHKEY_LIVENESS !== undefined) {
    problems.push('LATCHKEY_LIVENESS: in production the policies say who checks faces');
  }
  return problems;
}

function fromFile(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(file, 'utf8').trim();
}
