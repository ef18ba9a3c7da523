import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { SCOPES } from '../../service/api-keys.js';
import { markdownTable } from './markdown-table.js';

const INTRODUCTION = `# Scopes

An API key is for one relying party and has scopes; a call needs the one that stands beside it. The account holder's own
page, opened by a portal link, makes the calls marked _page_ under its session, for its own account and no other. The console
for auditors and compliance makes those marked _console_ under a session that stands for a key, within that key's scopes.

Scope \`admin\` does more than its calls: what a key with it asks for counts as the relying party's own word, so that it may
change a factor without a proof by the account holder. It is recorded as such. Give it to no key that serves end users.

This page is generated from the OpenAPI document (\`npm run docs\`); a test fails when it has drifted.`;

/** What this page takes from an operation. One without a scope would be open to any key: it can't be documented. */
const OPERATION = z.object({
  summary: z.string(),
  'x-scope': z.enum(SCOPES),
  security: z.array(z.record(z.string(), z.unknown())),
});
const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Pages of ours that make calls under sessions of their own. */
const PAGES = ['page', 'console'] as const;

interface DocumentedCall {
  readonly call: string;
  readonly scope: z.output<typeof OPERATION>['x-scope'];
  readonly madeBy: readonly string[];
  readonly summary: string;
}

/** `docs/scopes.md`: each call with its scope, and which pages may make it. */
export function renderScopes(document: OpenAPIObject): string {
  const calls = callsOf(document);
  const rows = calls.map(({ call, scope, madeBy, summary }) => [
    `\`${call}\``,
    `\`${scope}\``,
    madeBy.join(', '),
    summary,
  ]);
  const idle = SCOPES.filter((scope) => calls.every((call) => call.scope !== scope));
  return `${[
    INTRODUCTION,
    markdownTable(['call', 'scope', 'page', 'what it does'], rows),
    ...(idle.length === 0
      ? []
      : [`Keys may be given ${idle.map((scope) => `\`${scope}\``).join(', ')} too; no call takes them yet.`]),
  ].join('\n\n')}\n`;
}

/** @throws where an operation has no scope */
function callsOf({ paths }: OpenAPIObject): readonly DocumentedCall[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method): readonly DocumentedCall[] => {
      const operation = item[method];
      if (operation === undefined) return [];
      const { summary, security, 'x-scope': scope } = OPERATION.parse(operation);
      const madeBy = PAGES.filter((page) => security.some((scheme) => page in scheme));
      return [{ call: `${method.toUpperCase()} ${path}`, scope, madeBy, summary }];
    }),
  );
}
