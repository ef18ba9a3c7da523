import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import {
  ApiBody,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';
import type { ApiBodyOptions } from '@nestjs/swagger';
import { z } from 'zod';
import type { Scope } from '../service/api-keys.js';
import type { ProblemCode } from './problem.js';
import { STATUSES, titleOf } from './problem.js';

const METHODS = {
  GET: RequestMethod.GET,
  PUT: RequestMethod.PUT,
  POST: RequestMethod.POST,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
} as const;

/** All there is to say about a call, in one place: routed, guarded, documented from it. */
export interface CallDescription {
  readonly method: keyof typeof METHODS;
  readonly path: string;
  /** What the call does, in one sentence. */
  readonly summary: string;
  readonly scope: Scope;
  /** The account holder's own page may make this call for its own account. */
  readonly page?: true;
  /** The console for auditors and compliance may make this call under the session that stands for its key. */
  readonly console?: true;
  readonly status?: number;
  /** Query parameters, each with what it is. */
  readonly query?: Readonly<Record<string, string>>;
  /** Further headers that the call takes, each with what it is. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly optionalHeaders?: Readonly<Record<string, string>>;
  /** It may ask for a fresh proof, shown as a header when the call is repeated. */
  readonly stepUp?: true;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly refusals?: readonly ProblemCode[];
}

export const CALL = 'latchkey:call';

/** Every call under `/v1/{rp}` can be refused for these. */
const COMMON: readonly ProblemCode[] = [
  'api-key-missing',
  'api-key-invalid',
  'scope-missing',
  'relying-party-not-found',
];
const COMMAND: readonly ProblemCode[] = ['request-invalid', 'idempotency-key-reused', 'try-again'];

const END_USER_HEADERS = [
  ApiHeader({ name: 'Latchkey-End-User-Address', required: false, description: "The user's IP address." }),
  ApiHeader({ name: 'Latchkey-End-User-Agent', required: false, description: "The user's agent." }),
];
const STEP_UP_HEADER = ApiHeader({
  name: 'Step-Up-Token',
  required: false,
  description: 'The proof of the step-up that a `step-up-required` answer named.',
});

/** Of queries about one account. */
export const AFTER = {
  after: 'A `position` of before: the answer reflects it, or the call waits until it does.',
};

/** Declares a call of the API. */
export function Call(call: CallDescription): MethodDecorator {
  const status = call.status ?? 200;
  const isCommand = call.method !== 'GET';
  const refusals = [...COMMON, ...(isCommand ? COMMAND : []), ...withErased(call.refusals ?? [])];
  return applyDecorators(
    SetMetadata(CALL, call),
    RequestMapping({ path: call.path, method: METHODS[call.method] }),
    HttpCode(status),
    ApiOperation({ summary: call.summary, description: `Scope: \`${call.scope}\`.` }),
    ApiExtension('x-scope', call.scope),
    ApiSecurity('apiKey'),
    ApiParam({ name: 'rp', description: "The product's slug.", schema: { type: 'string' } }),
    ...Object.entries(call.query ?? {}).map(([name, description]) =>
      ApiQuery({ name, description, required: false, schema: { type: 'string' } }),
    ),
    ...Object.entries(call.headers ?? {}).map(([name, description]) =>
      ApiHeader({ name, description, required: true }),
    ),
    ...Object.entries(call.optionalHeaders ?? {}).map(([name, description]) =>
      ApiHeader({ name, description, required: false }),
    ),
    ...(isCommand ? END_USER_HEADERS : []),
    ...(call.stepUp === true ? [STEP_UP_HEADER] : []),
    ...(call.page === true ? [ApiSecurity('page')] : []),
    ...(call.console === true ? [ApiSecurity('console')] : []),
    ...(call.body === undefined ? [] : [ApiBody({ schema: schemaOf(call.body, 'input') })]),
    ...(isCommand
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: false,
            description: 'Answers a retry with the first committed answer, for 24 hours.',
          }),
        ]
      : []),
    ApiProduces('application/json', 'application/problem+json'),
    ApiResponse({ status, description: call.summary, schema: schemaOf(call.answer, 'output') }),
    ...problemResponses(refusals),
  );
}

/** Whatever finds that there is no such account may find that it was erased. */
function withErased(refusals: readonly ProblemCode[]): readonly ProblemCode[] {
  return refusals.flatMap((code) => (code === 'account-not-found' ? [code, 'account-erased'] : [code]));
}

/** One response for each status, naming every code that it may carry. */
function problemResponses(codes: readonly ProblemCode[]): readonly MethodDecorator[] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    byStatus.set(STATUSES[code], [...(byStatus.get(STATUSES[code]) ?? []), code]);
  }
  return [...byStatus].map(([status, named]) =>
    ApiResponse({
      status,
      description: named.map((code) => `\`${code}\`: ${titleOf(code)}`).join('\n'),
      schema: { $ref: '#/components/schemas/Problem' },
    }),
  );
}

type SchemaObject = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): SchemaObject {
  const { $schema: _draft, ...json } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
  });
  return json as SchemaObject;
}
