import { personalOf, REDACTED } from '../kernel/event.js';
import type { CodeFactor, ContactFactors, FactorsChanged } from './events.js';
import type { EnrolledAccount } from './state.js';

export const CONTACT_OF = { sms: 'phone', email: 'email', totp: 'totpSecret' } as const satisfies Record<
  CodeFactor,
  keyof ContactFactors
>;

/** What a change of factors leaves of the account's members that speak of factors. */
export function changedFactors(
  state: EnrolledAccount,
  { data, personal }: FactorsChanged,
): Pick<
  EnrolledAccount,
  'factors' | 'contacts' | 'proposed' | 'proposedInEpoch' | 'totpStep' | 'securityEpoch' | 'coolingOff'
> {
  const values = personalOf({ personal })?.contacts ?? {};
  const contacts = new Map(Object.entries(state.contacts));
  const proposed = new Map(Object.entries(state.proposed));
  const proposedInEpoch = new Map(Object.entries(state.proposedInEpoch));
  for (const { factor, change } of data.changes) {
    const contact = CONTACT_OF[factor];
    const value = values[contact] ?? REDACTED;
    if (change === 'proposed') {
      proposed.set(contact, value);
      proposedInEpoch.set(factor, data.securityEpoch);
      continue;
    }
    proposed.delete(contact);
    proposedInEpoch.delete(factor);
    if (change === 'confirmed') contacts.set(contact, value);
    else contacts.delete(contact);
  }
  return {
    factors: data.factors,
    contacts: Object.fromEntries(contacts),
    proposed: Object.fromEntries(proposed),
    proposedInEpoch: Object.fromEntries(proposedInEpoch),
    totpStep: data.totpStep ?? state.totpStep,
    securityEpoch: data.securityEpoch,
    coolingOff:
      data.phoneCoolingOffUntil === null
        ? state.coolingOff
        : { ...state.coolingOff, 'phone-change': data.phoneCoolingOffUntil },
  };
}
