import type { RelyingPartySlug, ResetId, SubjectId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { LivenessProviderName, RelyingParty } from '../../domain/policy/relying-party.js';

/** One check, for one reset of one account, of one person. */
export interface LivenessCheck {
  readonly rp: RelyingPartySlug;
  /** Ours, random: it names the account to nobody else. */
  readonly account: SubjectId;
  readonly resetId: ResetId;
  /** The linked person, by the provider's own id. */
  readonly subject: string;
  /** What is checked, by its name at the provider. */
  readonly level: string;
}

export interface StartedLivenessCheck {
  /** For the provider's own component in the app, and for this check only. */
  readonly clientToken: string;
  /** Where the check is done in a browser, for a provider that has such a page. */
  readonly url?: string;
}

/** What makes an answer none at all: of no shape that we know, or of a review that was completed without either. */
export const UNUSABLE_ANSWERS = ['unreadable', 'no-verdict', 'no-liveness-check'] as const;
export type UnusableAnswer = (typeof UNUSABLE_ANSWERS)[number];

/**
 * What the provider says when it is asked about a check. What it says of a person, a level and a face is repeated as it came:
 * whether that is what the reset needs is the domain's to judge. `unusable`: nothing that could count as any answer.
 */
export type LivenessAnswer =
  | { readonly outcome: 'pending' | 'expired' }
  | { readonly outcome: 'unusable'; readonly why: UnusableAnswer }
  | {
      readonly outcome: 'passed' | 'retry' | 'final';
      /** The same for the same try of the same check, and for no other. */
      readonly evidenceId: string;
      /** How often the person has tried so far, this try included; absent from a provider that doesn't count. */
      readonly tries?: number;
      readonly subject: string;
      readonly level: string;
      /** The face was compared with the person's, and was the same. */
      readonly faceMatched: boolean;
      readonly sandbox: boolean;
    };

export interface LivenessProvider {
  readonly name: LivenessProviderName;
  /** Whom it takes an account for that is linked to nobody; null unless it knows everybody. */
  subjectOf(account: SubjectId): string | null;
  /**
   * @throws LivenessUnavailable
   * @throws LivenessSubjectUnknown
   */
  start(check: LivenessCheck, until: Instant, now: Instant): Promise<StartedLivenessCheck>;
  /**
   * Our own question, over a connection of our own: nothing that reached us unasked is believed.
   * @throws LivenessUnavailable
   */
  ask(check: LivenessCheck): Promise<LivenessAnswer>;
}

export interface LivenessProviders {
  /** Undefined where the product has no reset, or nothing to reach its provider by. */
  of(policy: RelyingParty): LivenessProvider | undefined;
  /** Whether what a provider made up counts: in development, and nowhere else. */
  readonly sandboxCounts: boolean;
}

/** The provider can't be reached, is busy or refuses us. Holds nothing of the check and may be logged. */
export class LivenessUnavailable extends Error {
  readonly retryable = true;

  constructor(readonly reason: string) {
    super(`the liveness provider is not available: ${reason}`);
    this.name = 'LivenessUnavailable';
  }
}

/** The provider knows nobody by the linked id, or has not approved the person. */
export class LivenessSubjectUnknown extends Error {
  constructor() {
    super('the liveness provider knows no approved person by the linked id');
    this.name = 'LivenessSubjectUnknown';
  }
}

export const LIVENESS_PROVIDERS = Symbol('LivenessProviders');
