import type { CredentialId, RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { Cache } from '../ports/cache.js';
import type { Claim, ClaimCodec, ClaimType } from '../ports/claim-codec.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, ExpectedRevision } from '../ports/event-store.js';
import { WrongExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { REFERENCE_STREAMS } from './account-address.js';

/** The latest claim of a name, and where it stands. */
interface Held {
  readonly claim: Claim;
  readonly revision: number;
}

/**
 * Whose a name is: one small stream per account id, credential and identifier, claimed by an append that expects
 * what it read, so that of two claimants one wins. No projection is asked.
 */
export class AccountDirectory {
  constructor(
    private readonly store: EventStore,
    private readonly codec: ClaimCodec,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
    /** Of references and credentials only: their first claim stands for ever. */
    private readonly subjects: Cache<SubjectId>,
  ) {}

  subjectOfAccount(rp: RelyingPartySlug, accountId: string): Promise<SubjectId | undefined> {
    return this.firstClaimant(this.accountStream(rp, accountId));
  }

  /** Our id of the account: the one it has, or a new one from now on. */
  async referenceAccount(rp: RelyingPartySlug, accountId: string): Promise<SubjectId> {
    const stream = this.accountStream(rp, accountId);
    const known = await this.firstClaimant(stream);
    if (known !== undefined) return known;
    await this.claimFirst(stream, 'AccountReferenced', as(this.identifiers.randomId()));
    const subject = await this.firstClaimant(stream);
    if (subject === undefined) throw new Error('a reference was appended and is not there');
    return subject;
  }

  subjectOfCredential(rpId: string, credentialId: CredentialId): Promise<SubjectId | undefined> {
    return this.firstClaimant(this.credentialStream(rpId, credentialId));
  }

  /**
   * Claims a credential for ever. True where it is this account's, from now on or already: a claim left by a
   * crash harms nobody (invariant 3).
   */
  async claimCredential(rpId: string, credentialId: CredentialId, subject: SubjectId): Promise<boolean> {
    const stream = this.credentialStream(rpId, credentialId);
    const known = await this.firstClaimant(stream);
    if (known === undefined) await this.claimFirst(stream, 'CredentialClaimed', subject);
    return (known ?? (await this.firstClaimant(stream))) === subject;
  }

  /** Who claimed an identifier last. Believe it only if the account's own state agrees. */
  async subjectOfIdentifier(rp: RelyingPartySlug, identifier: string): Promise<SubjectId | undefined> {
    const held = await this.latest(this.identifierStream(rp, identifier));
    return held?.claim.type === 'IdentifierClaimed' ? held.claim.subject : undefined;
  }

  /**
   * Claims an identifier at the exact revision read. `stillHeld` says whether a former claimant really has it:
   * a claim that a crash left behind is taken over.
   */
  async claimIdentifier(
    rp: RelyingPartySlug,
    identifier: string,
    subject: SubjectId,
    stillHeld: (holder: SubjectId, claimedAt: Instant, now: Instant) => Promise<boolean>,
  ): Promise<boolean> {
    const stream = this.identifierStream(rp, identifier);
    // Whoever was first in between may have been this very account, in a command at the same moment.
    for (;;) {
      const held = await this.latest(stream);
      if (held?.claim.type === 'IdentifierClaimed') {
        if (held.claim.subject === subject) return true;
        if (await stillHeld(held.claim.subject, held.claim.at, this.clock.now())) return false;
      }
      if (await this.append(stream, 'IdentifierClaimed', subject, held?.revision ?? 'no-stream')) return true;
    }
  }

  async releaseIdentifier(rp: RelyingPartySlug, identifier: string, subject: SubjectId): Promise<void> {
    const stream = this.identifierStream(rp, identifier);
    const held = await this.latest(stream);
    if (held?.claim.type !== 'IdentifierClaimed' || held.claim.subject !== subject) return;
    await this.append(stream, 'IdentifierReleased', subject, held.revision);
  }

  private async claimFirst(stream: string, type: ClaimType, subject: SubjectId): Promise<void> {
    await this.append(stream, type, subject, 'no-stream');
  }

  /** False where another append was first. */
  private async append(
    stream: string,
    type: ClaimType,
    subject: SubjectId,
    expected: ExpectedRevision,
  ): Promise<boolean> {
    const eventId = this.identifiers.deriveId(this.identifiers.commandId(), 0);
    const claim: Claim = { type, at: this.clock.now(), subject };
    try {
      await this.store.append(stream, [this.codec.encode(stream, eventId, claim)], expected);
      return true;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return false;
      throw error;
    }
  }

  private async firstClaimant(stream: string): Promise<SubjectId | undefined> {
    const cached = this.subjects.get(stream);
    if (cached !== undefined) return cached;
    for await (const recorded of this.store.readStream(stream, 0)) {
      const { subject } = this.codec.decode(recorded);
      this.subjects.set(stream, subject);
      return subject;
    }
    return undefined;
  }

  private async latest(stream: string): Promise<Held | undefined> {
    let held: Held | undefined;
    for await (const recorded of this.store.readStream(stream, 0)) {
      held = { claim: this.codec.decode(recorded), revision: recorded.revision };
    }
    return held;
  }

  private accountStream(rp: RelyingPartySlug, accountId: string): string {
    return `${REFERENCE_STREAMS}${rp}.${this.identifiers.hmacName('account', rp, accountId)}`;
  }

  private credentialStream(rpId: string, credentialId: CredentialId): string {
    return `credential-${rpId}.${this.identifiers.sha256(credentialId)}`;
  }

  private identifierStream(rp: RelyingPartySlug, identifier: string): string {
    return `identifier-${rp}.${this.identifiers.hmacName('identifier', rp, identifier)}`;
  }
}
