import type { PutAccount } from '../../domain/account/commands.js';
import type { ContactFactors } from '../../domain/account/events.js';
import type { EnrolledAccount, PasskeyAccount } from '../../domain/account/state.js';
import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import { MINUTE } from '../../domain/kernel/time.js';
import type { EmailAddresses, PhoneNumbers } from '../ports/factors.js';
import type { Keyring } from '../ports/keyring.js';
import type { AccountAddress } from './account-address.js';
import { accountStream } from './account-address.js';
import type { AccountDirectory } from './account-directory.js';
import type { AccountRepository } from './account-repository.js';
import type { RequestError } from './invalid-request.js';

/** Between claiming a name and the event that makes it an account's, a claim is believed for so long. */
const CLAIM_GRACE = MINUTE;

interface NamesBody {
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly identifiers?: readonly string[];
  readonly totp?: object | null;
  readonly liveness?: { readonly provider: string; readonly subject: string };
}

/** The names an account may be found by at sign-in: its email, its phone, and ids that the relying party gave it. */
export class ContactNames {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly accounts: AccountRepository,
    private readonly keyring: Keyring,
    private readonly phones: PhoneNumbers,
    private readonly emails: EmailAddresses,
  ) {}

  normalise(
    body: NamesBody,
  ):
    | { readonly values: Pick<PutAccount, 'phone' | 'email' | 'identifiers'> }
    | { readonly errors: readonly RequestError[] } {
    const errors: RequestError[] = [];
    const phone = typeof body.phone === 'string' ? this.phones.parse(body.phone) : body.phone;
    if (phone === undefined && body.phone !== undefined) {
      errors.push({
        pointer: '/phone',
        detail: 'must be a phone number in international format, as +8618512345678',
      });
    }
    const email = typeof body.email === 'string' ? this.emails.parse(body.email)?.address : body.email;
    if (email === undefined && body.email !== undefined) {
      errors.push({ pointer: '/email', detail: 'must be one email address' });
    }
    if (errors.length > 0) return { errors };
    return {
      values: {
        ...(phone !== undefined && { phone }),
        ...(email !== undefined && { email }),
        ...(body.identifiers !== undefined && { identifiers: [...new Set(body.identifiers)] }),
      },
    };
  }

  /** What a step-up for changing factors has to name: the values as they are sent, TOTP only as changing. */
  changeParameters(body: NamesBody): Readonly<Record<string, string | null>> {
    const normalised = this.normalise(body);
    const { phone, email } = 'values' in normalised ? normalised.values : {};
    return {
      ...(phone !== undefined && { phone }),
      ...(email !== undefined && { email }),
      ...(body.totp !== undefined && { totp: body.totp === null ? null : 'new' }),
      ...(body.liveness !== undefined && {
        liveness: `${body.liveness.provider}:${body.liveness.subject}`,
      }),
    };
  }

  /** How a name is compared: people write the same email or phone in many ways. */
  comparable(name: string): string {
    return this.emails.parse(name)?.comparable ?? this.phones.parse(name) ?? name.trim();
  }

  /** All names that lead to an account now. */
  namesOf(account: EnrolledAccount): readonly string[] {
    return namesIn(account.contacts, account.identifiers).map((name) => this.comparable(name));
  }

  /**
   * Claims what becomes the account's by this command, and looks whether what is only proposed is free; that is
   * claimed once it is confirmed. False where another account has one of them.
   */
  async claim(address: AccountAddress, before: PasskeyAccount, command: PutAccount): Promise<boolean> {
    const contacts: ContactFactors = {
      ...(typeof command.phone === 'string' && { phone: command.phone }),
      ...(typeof command.email === 'string' && { email: command.email }),
    };
    const enrolled = before.status === 'enrolled';
    const known = enrolled ? this.namesOf(before) : [];
    const isNew = (name: string): boolean => !known.includes(name);
    const proposed = enrolled
      ? namesIn(contacts, [])
          .map((name) => this.comparable(name))
          .filter(isNew)
      : [];
    const claimed = namesIn(enrolled ? {} : contacts, command.identifiers ?? [])
      .map((name) => this.comparable(name))
      .filter(isNew);
    for (const name of proposed) {
      const holder = await this.directory.subjectOfIdentifier(address.rp, name);
      if (
        holder !== undefined &&
        holder !== address.subject &&
        (await this.holds(address.rp, holder, name))
      ) {
        return false;
      }
    }
    for (const name of claimed) {
      if (!(await this.claimName(address, name))) return false;
    }
    return true;
  }

  claimName(address: AccountAddress, name: string): Promise<boolean> {
    return this.directory.claimIdentifier(
      address.rp,
      this.comparable(name),
      address.subject,
      async (holder, claimedAt, now) =>
        claimedAt > now - CLAIM_GRACE || (await this.holds(address.rp, holder, this.comparable(name))),
    );
  }

  async releaseGivenUp(
    address: AccountAddress,
    before: EnrolledAccount,
    after: EnrolledAccount,
  ): Promise<void> {
    const kept = this.namesOf(after);
    for (const name of this.namesOf(before)) {
      if (!kept.includes(name)) await this.directory.releaseIdentifier(address.rp, name, address.subject);
    }
  }

  /** Releases those of these names that the account still claims. */
  async release({ rp, subject }: AccountAddress, names: Iterable<string>): Promise<void> {
    for (const name of new Set(Array.from(names, (each) => this.comparable(each)))) {
      await this.directory.releaseIdentifier(rp, name, subject);
    }
  }

  private async holds(rp: RelyingPartySlug, holder: SubjectId, name: string): Promise<boolean> {
    const stream = accountStream({ rp, subject: holder });
    const key = await this.keyring.find(holder);
    const loaded = await this.accounts.current(stream, key);
    return loaded.state.status === 'enrolled' && this.namesOf(loaded.state).includes(name);
  }
}

function namesIn(contacts: ContactFactors, identifiers: readonly string[]): readonly string[] {
  const { phone, email } = contacts;
  return [...(phone === undefined ? [] : [phone]), ...(email === undefined ? [] : [email]), ...identifiers];
}
