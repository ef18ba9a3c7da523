import { problemText } from '../texts/problems.js';
import type { RefusalDetails } from '../texts/problems.js';
import type { Diagnosis } from './contract.js';

/** The body of an `application/problem+json` answer (RFC 9457), with what single codes add to it. */
export interface ProblemDetails extends RefusalDetails, Partial<Diagnosis> {
  readonly status?: number;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
  /** With `step-up-required`: the step-up to open. */
  readonly action?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** With `reset-under-way`: the one that is open. */
  readonly resetId?: string;
}

/** The service refused, or could not be reached (status 0, code `network`). */
export class Problem extends Error {
  readonly code: string;

  constructor(
    readonly status: number,
    readonly details: ProblemDetails,
  ) {
    super(problemText(details));
    this.name = 'Problem';
    this.code = details.code ?? `http-${status}`;
  }
}

/** A passkey that answered and doesn't count: the service says why, to its holder alone. */
export function isDiagnosis(details: ProblemDetails): details is ProblemDetails & Diagnosis {
  return details.diagnosis !== undefined;
}

export function hasCode(error: unknown, ...codes: readonly string[]): error is Problem {
  return error instanceof Problem && codes.includes(error.code);
}
