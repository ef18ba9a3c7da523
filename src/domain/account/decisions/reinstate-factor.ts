import type { Decision } from '../../kernel/decider.js';
import { accept } from '../../kernel/decider.js';
import type { ReinstateFactor } from '../commands.js';
import type { AccountEvent } from '../events.js';
import type { EnrolledAccount } from '../state.js';

/** The relying party's way out for whoever has no other proof left. */
export function reinstateFactor(command: ReinstateFactor, state: EnrolledAccount): Decision<AccountEvent> {
  const { at, factor } = command;
  if (!state.disabledFactors.includes(factor)) return accept();
  return accept({ type: 'FactorReinstated', at, data: { factor, by: 'admin' }, personal: {} });
}
