import type { CodeFactor, Factor } from '../../domain/account/events.js';
import { CONTACT_OF } from '../../domain/account/evolve.js';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { TotpCodes } from '../ports/factors.js';
import type { MaskedDestinations } from './masked-destinations.js';

export interface FactorView {
  readonly factor: CodeFactor;
  /** Masked. */
  readonly destination: string;
  readonly confirmed: boolean;
  /** Too many wrong entries in a row: it is refused until it is confirmed anew or reinstated. */
  readonly disabled?: true;
}

/** The factors of an account as its owner may see them. */
export class FactorViews {
  constructor(
    private readonly destinations: MaskedDestinations,
    private readonly totp: TotpCodes,
  ) {}

  /** A factor that is being replaced stands twice: as it counts now, and as it was proposed. */
  of(
    account: Pick<EnrolledAccount, 'factors' | 'contacts' | 'proposed' | 'disabledFactors'>,
  ): readonly FactorView[] {
    return (['sms', 'email', 'totp'] as const).flatMap((factor) => {
      const contact = CONTACT_OF[factor];
      const confirmed = account.factors.includes(factor) ? account.contacts[contact] : undefined;
      const proposed = account.proposed[contact];
      return [
        ...(confirmed === undefined ? [] : [this.confirmed(factor, confirmed, account.disabledFactors)]),
        ...(proposed === undefined ? [] : [this.view(factor, proposed, false)]),
      ];
    });
  }

  enrolmentUrl(policy: RelyingParty, account: EnrolledAccount, secret: string): string {
    return this.totp.enrolmentUrl(policy.name, this.destinations.ofAccount(account), secret);
  }

  private confirmed(factor: CodeFactor, value: string, disabled: readonly Factor[]): FactorView {
    const view = this.view(factor, value, true);
    return disabled.includes(factor) ? { ...view, disabled: true } : view;
  }

  private view(factor: CodeFactor, value: string, confirmed: boolean): FactorView {
    return { factor, destination: this.destinations.of(factor, value), confirmed };
  }
}
