import type { Rejection, RejectionCode } from '../../domain/kernel/rejection.js';
import { REJECTIONS } from '../../domain/kernel/rejection.js';
import type { RequestError } from '../../application/accounts/invalid-request.js';
import { toJson } from './json.js';

/** Refusals that only this edge knows. */
export const EDGE_REJECTIONS = {
  'api-key-missing': 'The request carries no API key.',
  'api-key-invalid': 'The API key is not known or was revoked.',
  'scope-missing': 'The API key lacks the scope that this call needs.',
  'not-found': 'There is nothing at this path.',
  'relying-party-not-found': 'No product has this name.',
  'body-too-large': 'The body is larger than this call takes.',
  'media-type-not-supported': 'The body must be application/json.',
  'session-missing': 'The page has no session, or it has ended.',
  'webhook-refused': 'The delivery is not signed as agreed, or is of a sandbox.',
  'link-used': 'This link was used before or has expired.',
  'host-not-allowed': 'Development answers to its own host name only.',
  'request-foreign': 'The request did not come from our own page.',
  'try-again':
    'Others were changing the same account, or a part of the service could not be reached. Send it again.',
  internal: 'Something went wrong on our side. Nothing that was answered before is lost.',
} as const;

export type EdgeCode = keyof typeof EDGE_REJECTIONS;
export type ProblemCode = RejectionCode | EdgeCode;

/** The HTTP status of every code: one list, from which the reference of errors is generated too. */
export const STATUSES: Readonly<Record<ProblemCode, number>> = {
  'account-erased': 410,
  'account-not-found': 404,
  'account-locked': 423,
  'approval-decided': 409,
  'approval-expired': 410,
  'approval-not-found': 404,
  'approval-paused': 403,
  'approval-pending': 409,
  'already-confirmed': 409,
  'check-expired': 410,
  'check-not-found': 404,
  'check-used-up': 409,
  'ceremony-expired': 410,
  'ceremony-not-found': 404,
  'ceremony-already-used': 409,
  'credential-in-use': 409,
  'credential-already-registered': 409,
  'device-not-eligible': 422,
  'device-not-found': 404,
  'device-not-trusted': 403,
  'erasure-under-way': 503,
  'factor-disabled': 423,
  'factor-in-use': 409,
  'factor-not-available': 409,
  'grant-expired': 403,
  'grant-not-found': 403,
  'grant-spent': 403,
  'insufficient-user-authentication': 401,
  'idempotency-key-reused': 422,
  'identifier-taken': 409,
  'last-way-in': 409,
  'liveness-answer-refused': 409,
  'liveness-subject-missing': 409,
  'liveness-unavailable': 503,
  'log-altered': 500,
  'log-too-short': 404,
  'message-not-delivered': 503,
  'name-invalid': 422,
  'no-passkey': 409,
  'passkey-limit-reached': 409,
  'passkey-not-found': 404,
  'passkey-suspended': 403,
  'passkey-too-new': 403,
  'position-invalid': 400,
  'position-not-reached': 503,
  'proposal-expired': 410,
  'proposal-not-found': 404,
  'removal-forbidden': 409,
  'report-not-found': 404,
  'request-invalid': 400,
  'reset-attempts-used-up': 429,
  'reset-not-found': 404,
  'reset-not-offered': 409,
  'reset-over': 409,
  'reset-required': 409,
  'reset-secret-invalid': 403,
  'reset-secret-spent': 403,
  'reset-under-way': 409,
  'reset-window-closed': 410,
  'security-epoch-passed': 409,
  'step-up-already-used': 409,
  'step-up-denied': 403,
  'step-up-expired': 410,
  'step-up-method-missing': 403,
  'step-up-not-found': 404,
  'step-up-required': 403,
  'token-invalid': 422,
  'too-many-requests': 429,
  'unknown-action': 422,
  'verification-failed': 401,
  'wrong-code': 422,
  'wrong-number': 422,
  'api-key-missing': 401,
  'api-key-invalid': 401,
  'scope-missing': 403,
  'not-found': 404,
  'relying-party-not-found': 404,
  'body-too-large': 413,
  'media-type-not-supported': 415,
  'session-missing': 401,
  'webhook-refused': 401,
  'link-used': 410,
  'host-not-allowed': 421,
  'request-foreign': 403,
  'try-again': 503,
  internal: 500,
};

/** RFC 9457, with our stable `code` and, for a bad body, `errors` with a JSON pointer each. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly RequestError[];
}

const TITLES: Readonly<Record<ProblemCode, string>> = { ...REJECTIONS, ...EDGE_REJECTIONS };

export function titleOf(code: ProblemCode): string {
  return TITLES[code];
}

/** A refusal on its way to the caller. The exception filter turns it into problem details. */
export class Refused extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(titleOf(code));
    this.name = 'Refused';
  }

  static from({ code, details }: Rejection): Refused {
    return new Refused(code, details);
  }
}

export function problemOf({ code, details }: Refused): ProblemDetails {
  return {
    type: `/docs/errors#${code}`,
    title: titleOf(code),
    status: STATUSES[code],
    detail: detailOf(code, details),
    code,
    ...(toJson(details) as object),
  };
}

/** Whole sentences for the codes whose title alone leaves the reader without the number or the name that matters. */
function detailOf(code: ProblemCode, details: Readonly<Record<string, unknown>>): string {
  const until = typeof details['until'] === 'number' ? new Date(details['until']).toISOString() : undefined;
  if (code === 'wrong-code' && until !== undefined)
    return `The code is wrong. The account is locked until ${until}.`;
  if (until !== undefined) return `${titleOf(code)} Until ${until}.`;
  if (details['reason'] === 'reset-disputed') {
    return 'A reset of its passkeys was disputed: the account is locked until the product unlocks it.';
  }
  if (code === 'passkey-limit-reached') {
    return `This product allows ${String(details['maximum'])} passkey${details['maximum'] === 1 ? '' : 's'} per account.`;
  }
  if (code === 'wrong-code' && typeof details['guessesLeft'] === 'number') {
    return `The code is wrong. ${guessesLeft(details['guessesLeft'])}`;
  }
  const [first] = Array.isArray(details['problems']) ? (details['problems'] as { message: string }[]) : [];
  return first?.message ?? titleOf(code);
}

function guessesLeft(left: number): string {
  if (left === 0) return 'No more guesses are left.';
  return left === 1 ? '1 more guess is left.' : `${left} more guesses are left.`;
}
