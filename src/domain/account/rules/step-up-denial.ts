import type { Decision } from '../../kernel/decider.js';
import { reject } from '../../kernel/decider.js';
import { rejection } from '../../kernel/rejection.js';
import type { Instant } from '../../kernel/time.js';
import type { AccountEvent, StepUpDenied } from '../events.js';

/** A step-up that is refused for a time: refused, with the time it ends, and recorded (invariants 8 and 10). */
export function denyStepUp(
  at: Instant,
  denied: StepUpDenied['data'],
  before: readonly AccountEvent[] = [],
): Decision<AccountEvent> {
  const { reason, until } = denied;
  const refusal =
    reason === 'passkey-too-new'
      ? rejection('passkey-too-new', { until })
      : rejection('step-up-denied', { reason, until });
  return reject(refusal, ...before, { type: 'StepUpDenied', at, data: denied, personal: {} });
}
