import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { DevelopmentOptions } from './policy-development.js';
import { forDevelopment } from './policy-development.js';
import type { PolicyProblem } from './policy-rule.js';
import { isInTheClear } from './policy-addresses.js';
import { brokenRules } from './policy-rules.js';
import type { PolicyFile } from './policy-schema.js';
import { POLICY } from './policy-schema.js';
import { sharedOriginProblems } from './public-suffix-rules.js';

/** Everything that is wrong with the policy files, each on a line with file and path. */
export class PolicyFilesInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['the policy files are not valid:', ...problems].join('\n  '));
    this.name = 'PolicyFilesInvalid';
  }
}

export interface PolicyOptions {
  /**
   * Every relying party then has the RP ID `localhost` and this origin only, so that all work on one machine at
   * once.
   */
  readonly development?: DevelopmentOptions;
}

/**
 * Reads every `*.yaml` of a folder, one relying party each.
 * @throws PolicyFilesInvalid with every problem of every file
 */
export function loadPolicies(
  folder: string,
  { development }: PolicyOptions = {},
): ReadonlyMap<RelyingPartySlug, RelyingParty> {
  const problems: string[] = [];
  const policies = new Map<RelyingPartySlug, RelyingParty>();
  const files: PolicyFile[] = [];
  for (const fileName of policyFileNames(folder, problems)) {
    const read = readPolicy(join(folder, fileName), fileName);
    if ('problems' in read) {
      problems.push(...read.problems.map((problem) => `${fileName}: ${problem}`));
    } else {
      files.push(read.policy);
      const policy = { ...read.policy, slug: as<RelyingPartySlug>(read.policy.slug) };
      if (development === undefined)
        problems.push(...inTheClear(policy).map((problem) => `${fileName}: ${problem}`));
      policies.set(policy.slug, development === undefined ? policy : forDevelopment(policy, development));
    }
  }
  problems.push(...sharedOriginProblems(files));
  if (problems.length > 0) throw new PolicyFilesInvalid(problems);
  return policies;
}

/** What is sent to this machine is sent by development alone. */
function inTheClear({ securityEvents, webhooks }: RelyingParty): readonly string[] {
  return Object.entries({ webhooks, securityEvents }).flatMap(([section, to]) =>
    to !== undefined && isInTheClear(to.url)
      ? [`${section}.url: expected an https URL outside development, got "${to.url}"`]
      : [],
  );
}

function policyFileNames(folder: string, problems: string[]): readonly string[] {
  if (!existsSync(folder)) {
    problems.push(`${folder}: there is no such folder`);
    return [];
  }
  const fileNames = readdirSync(folder).sort();
  const unread = fileNames.filter((fileName) => fileName.endsWith('.yml'));
  problems.push(...unread.map((fileName) => `${fileName}: name it .yaml, or it is not read`));
  const found = fileNames.filter((fileName) => fileName.endsWith('.yaml'));
  if (found.length === 0) problems.push(`${folder}: expected a policy file <slug>.yaml, found none`);
  return found;
}

type Read = { readonly policy: PolicyFile } | { readonly problems: readonly string[] };

function readPolicy(file: string, fileName: string): Read {
  const parsed = parsedYaml(readFileSync(file, 'utf8'));
  if ('problems' in parsed) return parsed;
  const { raw } = parsed;
  const shaped = POLICY.safeParse(raw);
  const problems = [...(shaped.success ? [] : shapeProblems(shaped.error)), ...brokenRules(raw, fileName)];
  if (shaped.success && problems.length === 0) return { policy: shaped.data };
  return { problems: problems.map((problem) => inWords(problem, raw)) };
}

function parsedYaml(text: string): { readonly raw: unknown } | { readonly problems: readonly string[] } {
  const document = parseDocument(text);
  const mistakes: readonly Error[] = [...document.errors, ...document.warnings];
  if (mistakes.length > 0) return { problems: mistakes.map(firstLine) };
  try {
    return { raw: document.toJS() };
  } catch (error) {
    // An alias without its anchor is found out here only, and so is one that would unfold without end.
    if (error instanceof ReferenceError) return { problems: [firstLine(error)] };
    throw error;
  }
}

function firstLine({ message }: Error): string {
  return message.split('\n', 1)[0]?.replace(/:$/, '') ?? message;
}

function shapeProblems(error: z.ZodError): readonly PolicyProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: issue.message }))
      : [{ path: issue.path, message: issue.message }],
  );
}

function inWords({ path, message }: PolicyProblem, raw: unknown): string {
  const where = path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${String(segment)}`));
  const got = path.reduce<unknown>(member, raw);
  return `${where.join('').replace(/^\./, '') || 'the file'}: ${message}, got ${shown(got)}`;
}

function member(value: unknown, segment: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
    ? Reflect.get(value, segment)
    : undefined;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return typeof value === 'object' ? 'a section' : JSON.stringify(value);
}
