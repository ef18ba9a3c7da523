import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { AbsentAccount } from '../state.js';

/** Why nothing can be done with an account that isn't there: it never was, or it was erased (invariant 19). */
export function absent({ status }: AbsentAccount): Rejection {
  return rejection(status === 'erased' ? 'account-erased' : 'account-not-found');
}
