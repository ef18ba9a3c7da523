import type { CodeFactor, ContactFactors } from '../../domain/account/events.js';
import { maskEmail } from '../../domain/policy/masking.js';
import type { PhoneNumbers } from '../ports/factors.js';

/** Destinations as they may be shown: enough for the owner to know them again, too little for anybody else. */
export class MaskedDestinations {
  constructor(private readonly phones: PhoneNumbers) {}

  of(factor: CodeFactor, value: string): string {
    switch (factor) {
      case 'sms':
        return this.phones.mask(value);
      case 'email':
        return maskEmail(value);
      case 'totp':
        return 'authenticator app';
    }
  }

  /** How the system's sheet names the account (M6): email, else phone, else the display name. */
  ofAccount(account: {
    readonly contacts: ContactFactors;
    readonly displayName: string | null;
    readonly accountId: string;
  }): string {
    const { email, phone } = account.contacts;
    if (email !== undefined) return this.of('email', email);
    if (phone !== undefined) return this.of('sms', phone);
    return account.displayName ?? account.accountId;
  }
}
