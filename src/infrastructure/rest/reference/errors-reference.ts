import { status } from '@grpc/grpc-js';
import { grpcStatusOf } from '../../grpc/status.js';
import type { ProblemCode } from '../problem.js';
import { STATUSES, titleOf } from '../problem.js';
import { markdownTable } from './markdown-table.js';

const MEMBERS = [
  ['type', '`/docs/errors#` and the code'],
  ['title', 'what the code means, as below'],
  ['status', 'the HTTP status'],
  ['detail', 'the same for this very case, with the number or the time that matters'],
  ['code', 'the stable code'],
  ['errors', 'for `request-invalid`: what is wrong, with a JSON pointer (RFC 6901) to each member'],
  ['until', 'where something is stopped or locked for a time, by a wrong code too: RFC 3339, UTC'],
  ['reason', 'why a step-up was stopped, or a passkey could not be verified when it was registered'],
  ['action', 'for `step-up-required`: the step-up to open, with its `parameters`'],
  ['alternatives', 'for `step-up-method-missing`: each a list of methods that together will do'],
  ['guessesLeft', 'for `wrong-code`: how many more this code takes'],
  ['maximum', 'for `passkey-limit-reached`: how many the product allows'],
  ['problem', 'for `name-invalid`: what is wrong with the name'],
  ['problems', 'for `device-not-eligible`: each with a code, a message and, where there is one, a remedy'],
  ['scope', 'for `scope-missing`: the scope that the call needs'],
] as const;

const INTRODUCTION = `# Errors

Every error is \`application/problem+json\` (RFC 9457). Go by \`code\`: it is stable, a new one may be added, none is ever
renamed. \`title\` and \`detail\` are for people and may change.

${markdownTable(
  ['member', 'holds'],
  MEMBERS.map(([name, holds]) => [`\`${name}\``, holds]),
)}

Over gRPC the same is google.rpc.Status in \`grpc-status-details-bin\`: google.rpc.ErrorInfo with the code as \`reason\` and
\`latchkey\` as \`domain\`; google.rpc.BadRequest in the place of \`errors\`; google.rpc.RetryInfo in the place of
\`Retry-After\`; and a google.protobuf.Struct of the other members, of which \`metadata\` has those that are text or numbers.

A refusal is never remembered under an idempotency key. \`503\` comes with \`Retry-After\`: the same request with the same key
may be sent again.

This page is generated from the table that gives every code its status (\`npm run docs\`); a test fails when it has drifted.

## Codes`;

/** `docs/errors.md`: every code with its HTTP status and what it means. */
export function renderErrors(): string {
  const codes = Object.keys(STATUSES).toSorted() as ProblemCode[];
  const rows = codes.map((code) => [
    `<a id="${code}"></a>\`${code}\``,
    String(STATUSES[code]),
    `\`${status[grpcStatusOf(code)]}\``,
    titleOf(code),
  ]);
  return `${INTRODUCTION}\n\n${markdownTable(['code', 'status', 'gRPC', 'meaning'], rows)}\n`;
}
