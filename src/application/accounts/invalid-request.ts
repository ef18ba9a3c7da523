import { rejection } from '../../domain/kernel/rejection.js';
import type { Outcome } from './outcome.js';
import { refused } from './outcome.js';

/** One thing wrong with a request's body. `pointer` is a JSON pointer (RFC 6901). */
export interface RequestError {
  readonly pointer: string;
  readonly detail: string;
}

export function invalid(...errors: readonly RequestError[]): Outcome<never> {
  return refused(rejection('request-invalid', { errors }));
}
