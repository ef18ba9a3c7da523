import type { Decision } from '../../kernel/decider.js';
import { reject } from '../../kernel/decider.js';
import type { Rejection } from '../../kernel/rejection.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { AccountEvent, StepUpDenied } from '../events.js';

/**
 * A step-up that is refused for a time: refused, with the time it ends, and recorded (invariants 8, 10 and 14). It may have been
 * passed before: what stops its action stops what was approved.
 */
export function denyStepUp(
  at: Instant,
  denied: StepUpDenied['data'],
  before: readonly AccountEvent[] = [],
): Decision<AccountEvent> {
  return reject(refusal(denied), ...before, deniedEvent(at, denied));
}

export function deniedEvent(at: Instant, denied: StepUpDenied['data']): AccountEvent {
  return { type: 'StepUpDenied', at, data: denied, personal: {} };
}

function refusal({ reason, until }: StepUpDenied['data']): Rejection {
  switch (reason) {
    case 'cooling-off':
      return rejection('step-up-denied', { reason, until });
    case 'passkey-too-new':
      return rejection('passkey-too-new', { until });
    case 'locked':
      return rejection('account-locked', { until });
  }
}
