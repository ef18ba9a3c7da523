import type { Decision } from '../../kernel/decider.js';
import { accept, reject } from '../../kernel/decider.js';
import type { RelyingParty } from '../../policy/relying-party.js';
import type { RequestReset } from '../commands.js';
import type { AccountEvent } from '../events.js';
import { expired } from './expire-reset.js';
import { attemptsOfDay, linkedSubject, resetCheck } from '../rules/resets.js';
import type { EnrolledAccount } from '../state.js';

/**
 * The old passkeys go on to work: until the check is passed nothing is taken from anybody. One that is open gives way to who
 * names it, for its secret may be lost with the window that it was handed to; each costs one of the day's attempts.
 */
export function requestReset(
  command: RequestReset,
  state: EnrolledAccount,
  policy: RelyingParty,
): Decision<AccountEvent> {
  const { at, provider, resetId } = command;
  const check = resetCheck(state, policy, command);
  if ('refused' in check) return reject(check.refused);
  const { reset, subject } = check;

  const events: AccountEvent[] = [];
  const { open } = state.resets;
  if (open !== null) events.push(expired(open, open.expiresAt > at ? 'replaced' : 'time', at));
  if (linkedSubject(state, provider) === null) {
    events.push({
      type: 'LivenessSubjectLinked',
      at,
      data: { provider, proof: { kind: 'relying-party' }, securityEpoch: null },
      personal: { subject },
    });
  }
  events.push({
    type: 'LivenessResetRequested',
    at,
    data: {
      resetId,
      provider,
      attempt: attemptsOfDay(state, at).length + 1,
      level: reset.level,
      secretHash: command.secretHash,
      expiresAt: at + reset.lifetime,
    },
    personal: { subject },
  });
  return accept(...events);
}
