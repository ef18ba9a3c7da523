import type { EnrolledAccount } from '../../domain/account/state.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { accountOfStream } from '../accounts/account-address.js';
import type { AccountRepository } from '../accounts/account-repository.js';
import type { Keyring } from '../ports/keyring.js';
import type { Notice } from '../ports/messaging.js';
import type { Policies } from '../ports/relying-parties.js';
import { noticesOf } from './notices-of-events.js';
import type { EventAddress, FoundEvent, RecordedEvents } from './recorded-events.js';

/** An event that the account holder is told of, with all that telling takes. */
export interface Tale {
  readonly policy: RelyingParty;
  readonly account: EnrolledAccount;
  readonly found: FoundEvent;
  readonly notices: readonly Notice[];
}

/** Reads what a job has to tell. */
export class ToldAccounts {
  constructor(
    private readonly policies: Policies,
    private readonly keyring: Keyring,
    private readonly events: RecordedEvents,
    private readonly accounts: AccountRepository,
  ) {}

  /** Undefined where there is nothing to tell: the product is run no more, the account was erased, the event never happened. */
  async read(address: EventAddress): Promise<Tale | undefined> {
    const owner = accountOfStream(address.stream);
    const policy = owner && this.policies.find(owner.rp);
    const key = owner && (await this.keyring.find(owner.subject));
    if (policy === undefined || key === undefined) return undefined;
    const found = await this.events.find(address, key);
    if (found === undefined) return undefined;
    const { stream } = address;
    const { state } = await this.accounts.current(stream, key);
    if (state.status !== 'enrolled') return undefined;
    const notices = await noticesOf(found.event, {
      passkeyName: (passkeyId) => this.events.passkeyName(passkeyId, address, key),
    });
    return { policy, account: state, found, notices };
  }
}
