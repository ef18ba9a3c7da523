import type { CommandError } from '@eventstore/db-client';
import { ErrorType, isCommandError } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';

/** The server couldn't be asked, or didn't answer in time, however often it was tried. Whoever asked may try again. */
export class EventStoreUnavailable extends Error {
  /** See `unavailabilityOf`. */
  readonly unavailable = true;
  readonly reason = 'eventstoredb-unreachable';

  constructor(cause: unknown) {
    super('the event store is not available', { cause });
    this.name = 'EventStoreUnavailable';
  }
}

/** Our own limit ran out: the client keeps none for some calls. */
export class NoAnswer extends Error {
  constructor(after: number) {
    super(`no answer within ${after} ms`);
    this.name = 'NoAnswer';
  }
}

const PASSING_TYPES: readonly string[] = [
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
];
const PASSING_STATUSES: readonly number[] = [
  status.ABORTED,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.INTERNAL,
  status.UNAVAILABLE,
];

/** Of Node's streams: the client has let go of the connection, because another call on it failed. */
const LET_GO: readonly string[] = [
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
];

/**
 * Whether the same call may succeed later: the server is away, slow, or another of its nodes leads now. The client gives some
 * errors as its own and others as they came over the wire.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  if (isCommandFailure(error)) return PASSING_TYPES.includes(error.type);
  if (!(error instanceof Error)) return false;
  // A node whose name can't be looked up, discovery that found nobody, a connection that the client has let go of.
  if (/^(?:Failed to discover|Name resolution|Channel has been shut down)/u.test(error.message)) return true;
  if (!('code' in error)) return false;
  if (typeof error.code === 'string') return LET_GO.includes(error.code);
  return typeof error.code === 'number' && PASSING_STATUSES.includes(error.code);
}

export function isCommandFailure(error: unknown): error is CommandError {
  return error instanceof Error && isCommandError(error);
}

/** @throws NoAnswer where it takes longer; whatever it does then is left to itself */
export async function within<Answer>(limit: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(limit)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
