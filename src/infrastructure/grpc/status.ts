import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import type { ServerErrorResponse } from '@grpc/grpc-js';
import { Metadata, status } from '@grpc/grpc-js';
import type { ProblemCode, ProblemDetails } from '../rest/problem.js';
import { STATUSES } from '../rest/problem.js';
import type { GrpcApi } from './api.js';

/** google.rpc.ErrorInfo's `domain`: whose codes its reasons are. */
const DOMAIN = 'latchkey';

/** Every HTTP status that a code of ours has. */
const BY_HTTP_STATUS: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  410: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  415: status.INVALID_ARGUMENT,
  421: status.PERMISSION_DENIED,
  422: status.INVALID_ARGUMENT,
  423: status.FAILED_PRECONDITION,
  429: status.RESOURCE_EXHAUSTED,
  500: status.INTERNAL,
  503: status.UNAVAILABLE,
};

/** Where the status alone would mislead a client. */
const BY_CODE: Partial<Readonly<Record<ProblemCode, status>>> = {
  // A client that is told UNAUTHENTICATED would think that its own key is at fault.
  'verification-failed': status.PERMISSION_DENIED,
  'insufficient-user-authentication': status.PERMISSION_DENIED,
  'identifier-taken': status.ALREADY_EXISTS,
  'credential-in-use': status.ALREADY_EXISTS,
  'credential-already-registered': status.ALREADY_EXISTS,
  'too-many-requests': status.RESOURCE_EXHAUSTED,
};

/** The gRPC status of a code. @throws where its HTTP status has none: a mistake of ours, which a test finds */
export function grpcStatusOf(code: ProblemCode): status {
  const found = BY_CODE[code] ?? BY_HTTP_STATUS[STATUSES[code]];
  if (found === undefined) throw new Error(`no gRPC status for ${code}`);
  return found;
}

/** Problem details (RFC 9457), with whatever else belongs to their code. */
export type Problem = Pick<ProblemDetails, 'code' | 'detail' | 'errors'>;

/** What gRPC has a place of its own for. */
const SAID_ELSEWHERE = new Set(['type', 'title', 'status', 'detail', 'code', 'errors']);

/**
 * A refusal as gRPC has it: google.rpc.Status with ErrorInfo, with BadRequest for a bad message, RetryInfo where it may be
 * tried again, and a Struct of what else the problem details say.
 * @param retryAfter seconds, as the REST answer's header has them
 */
export function statusOf(api: GrpcApi, problem: Problem, retryAfter?: string): ServerErrorResponse {
  const code = grpcStatusOf(problem.code);
  const members = Object.entries(problem) as [name: string, value: JsonValue][];
  const more = members.filter(([name]) => !SAID_ELSEWHERE.has(name));
  const details: JsonValue[] = [errorInfo(problem.code, more)];
  if (problem.errors !== undefined && problem.errors.length > 0) details.push(badRequest(problem.errors));
  if (retryAfter !== undefined) {
    details.push({ '@type': typeUrl('google.rpc.RetryInfo'), retryDelay: `${retryAfter}s` });
  }
  if (more.length > 0) {
    details.push({ '@type': typeUrl('google.protobuf.Struct'), value: Object.fromEntries(more) });
  }
  const schema = api.message('google.rpc.Status');
  const message = fromJson(schema, { code, message: problem.detail, details }, { registry: api.registry });
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(toBinary(schema, message)));
  return Object.assign(new Error(problem.detail), { code, details: problem.detail, metadata });
}

function errorInfo(reason: string, more: readonly (readonly [string, JsonValue])[]): JsonValue {
  const metadata = more.flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  );
  return {
    '@type': typeUrl('google.rpc.ErrorInfo'),
    reason,
    domain: DOMAIN,
    metadata: Object.fromEntries(metadata) as JsonObject,
  };
}

function badRequest(errors: NonNullable<ProblemDetails['errors']>): JsonValue {
  return {
    '@type': typeUrl('google.rpc.BadRequest'),
    fieldViolations: errors.map(({ pointer, detail }) => ({ field: fieldOf(pointer), description: detail })),
  };
}

/** `/device/passkeyProviders/0` is `device.passkey_providers.0` by the names of the proto files. */
function fieldOf(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`))
    .join('.');
}

function typeUrl(typeName: string): string {
  return `type.googleapis.com/${typeName}`;
}
