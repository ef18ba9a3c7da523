import type { Rejection } from '../../domain/kernel/rejection.js';
import type { Position } from '../ports/event-store.js';

/** What a command came to: an answer with the position that reads must reach to see it, or a refusal. */
export type Outcome<Answer> =
  | { readonly ok: true; readonly answer: Answer; readonly position: Position }
  | { readonly ok: false; readonly rejection: Rejection };

export const refused = (rejection: Rejection): Outcome<never> => ({ ok: false, rejection });
