import { personalOf, REDACTED } from '../kernel/event.js';
import type { CodeFactor, ContactFactors, Factor, FactorsChanged } from './events.js';
import type { EnrolledAccount } from './state.js';

export const CONTACT_OF = { sms: 'phone', email: 'email', totp: 'totpSecret' } as const satisfies Record<
  CodeFactor,
  keyof ContactFactors
>;

/** What a reset leaves of proposals: whoever made them need not be whom it gave the account to. */
export const NOTHING_PROPOSED = {
  proposed: {},
  proposedInEpoch: {},
  proposedAt: {},
} as const satisfies Partial<EnrolledAccount>;

/** What a change of factors leaves of the account's members that speak of factors. */
export function changedFactors(
  state: EnrolledAccount,
  { at, data, personal }: FactorsChanged,
): Pick<
  EnrolledAccount,
  | 'factors'
  | 'contacts'
  | 'proposed'
  | 'proposedInEpoch'
  | 'proposedAt'
  | 'failuresInARow'
  | 'disabledFactors'
  | 'totpStep'
  | 'securityEpoch'
  | 'coolingOff'
> {
  const values = personalOf({ personal })?.contacts ?? {};
  const contacts = new Map(Object.entries(state.contacts));
  const proposed = new Map(Object.entries(state.proposed));
  const proposedAt = new Map(Object.entries(state.proposedAt));
  let counted: Counted = state;
  const proposedInEpoch = new Map(Object.entries(state.proposedInEpoch));
  for (const { factor, change } of data.changes) {
    const contact = CONTACT_OF[factor];
    const value = values[contact] ?? REDACTED;
    if (change === 'proposed') {
      proposed.set(contact, value);
      proposedInEpoch.set(factor, data.securityEpoch);
      proposedAt.set(factor, at);
      continue;
    }
    proposed.delete(contact);
    proposedInEpoch.delete(factor);
    proposedAt.delete(factor);
    if (change === 'withdrawn') continue;
    counted = withCleanSlate(counted, factor);
    if (change === 'confirmed') contacts.set(contact, value);
    else contacts.delete(contact);
  }
  return {
    factors: data.factors,
    contacts: Object.fromEntries(contacts),
    proposed: Object.fromEntries(proposed),
    proposedInEpoch: Object.fromEntries(proposedInEpoch),
    proposedAt: Object.fromEntries(proposedAt),
    failuresInARow: counted.failuresInARow,
    disabledFactors: counted.disabledFactors,
    totpStep: data.totpStep ?? state.totpStep,
    securityEpoch: data.securityEpoch,
    coolingOff: {
      ...state.coolingOff,
      ...(data.phoneCoolingOffUntil !== null && { 'phone-change': data.phoneCoolingOffUntil }),
      ...(data.emailCoolingOffUntil !== null && { 'email-change': data.emailCoolingOffUntil }),
    },
  };
}

type Counted = Pick<EnrolledAccount, 'failuresInARow' | 'disabledFactors'>;

/** A factor that was proven, or is another one now: nothing is counted against it any more. */
export function withCleanSlate({ disabledFactors, failuresInARow }: Counted, factor: Factor): Counted {
  return {
    failuresInARow: { ...failuresInARow, [factor]: 0 },
    disabledFactors: disabledFactors.filter((disabled) => disabled !== factor),
  };
}
