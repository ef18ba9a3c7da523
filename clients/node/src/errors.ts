import type { ServiceError } from '@grpc/grpc-js';
import { status as statuses } from '@grpc/grpc-js';
import { Struct } from './generated/google/protobuf/struct.js';
import { BadRequest, ErrorInfo, RetryInfo, Status } from './generated/google/rpc/status.js';

/** One thing that is wrong with a request. */
export interface FieldViolation {
  /** The path to the member, as the request has it: `device.osVersion`. Empty for the request as a whole. */
  readonly field: string;
  readonly description: string;
}

/** What a call has of its own, for its errors. */
export interface FailedCall {
  /** `PasskeysService/ListPasskeys` */
  readonly method: string;
  readonly idempotencyKey?: string;
}

/**
 * A call that was refused, or that never came to an end. Holds nothing of the request and no secret: its message is the
 * service's own sentence, or the transport's.
 */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';
  /** `PasskeysService/ListPasskeys` */
  readonly method: string;
  /**
   * The stable code of docs/errors.md; of a call that the service never answered the gRPC status in the same spelling:
   * `unavailable`, `deadline-exceeded`, `cancelled`.
   */
  readonly code: string;
  /** The gRPC status. */
  readonly status: statuses;
  readonly violations: readonly FieldViolation[];
  /** What else belongs to the code: `action` and `parameters` of `step-up-required`, `until`, `guessesLeft`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Milliseconds after which the service may be asked again. */
  readonly retryAfterMs: number | undefined;
  /**
   * The call may be made again. One that changes something: with `idempotencyKey`, so that it happens once, whether or
   * not it happened before.
   */
  readonly retryable: boolean;
  readonly idempotencyKey: string | undefined;

  constructor(error: ServiceError, { method, idempotencyKey }: FailedCall) {
    super(error.details);
    const told = detailsOf(error);
    this.method = method;
    this.status = error.code;
    this.code = told.code ?? statuses[error.code].toLowerCase().replaceAll('_', '-');
    this.violations = told.violations;
    this.details = told.more;
    this.retryAfterMs = told.retryAfterMs;
    this.retryable = told.retryAfterMs !== undefined || RETRYABLE.has(error.code);
    this.idempotencyKey = idempotencyKey;
  }
}

const { UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED } = statuses;
const RETRYABLE: ReadonlySet<statuses> = new Set([UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED]);

/** The service is not there for the moment, or the way to it broke. It is up to the client to have ended nothing itself. */
export function isBreak(error: unknown): error is LatchkeyError {
  return error instanceof LatchkeyError && (error.status === UNAVAILABLE || error.status === CANCELLED);
}

/** Of grpc-js, and not of whoever handles what a call answers. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}

interface Told {
  code: string | undefined;
  violations: readonly FieldViolation[];
  retryAfterMs: number | undefined;
  more: Readonly<Record<string, unknown>>;
}

function detailsOf({ metadata }: ServiceError): Told {
  const told: Told = { code: undefined, violations: [], retryAfterMs: undefined, more: {} };
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!(bytes instanceof Buffer)) return told;
  for (const { typeUrl, value } of Status.decode(bytes).details) READERS[typeUrl]?.(value, told);
  return told;
}

/** By the type of a detail; others than these are of no use here. */
const READERS: Readonly<Record<string, (bytes: Uint8Array, told: Told) => void>> = {
  'type.googleapis.com/google.rpc.ErrorInfo': (bytes, told) => {
    told.code = ErrorInfo.decode(bytes).reason;
  },
  'type.googleapis.com/google.rpc.BadRequest': (bytes, told) => {
    told.violations = BadRequest.decode(bytes).fieldViolations.map(({ field, description }) => ({
      field: field.replaceAll(/_(?<letter>[a-z])/gu, (_all, letter: string) => letter.toUpperCase()),
      description,
    }));
  },
  'type.googleapis.com/google.rpc.RetryInfo': (bytes, told) => {
    const { seconds = 0, nanos = 0 } = RetryInfo.decode(bytes).retryDelay ?? {};
    told.retryAfterMs = seconds * 1_000 + nanos / 1_000_000;
  },
  'type.googleapis.com/google.protobuf.Struct': (bytes, told) => {
    told.more = Struct.unwrap(Struct.decode(bytes));
  },
};
