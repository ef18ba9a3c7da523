import type { OfferedProof } from '../../domain/account/commands.js';
import type { AccountId, StepUpId } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { StepUpToken, Tokens, TransactionDigests } from '../ports/tokens.js';

/** Reads step-up tokens that are shown to us: what was signed must be exactly what is about to be done. */
export class StepUpProofs {
  constructor(
    private readonly tokens: Tokens,
    private readonly digests: TransactionDigests,
  ) {}

  /** The token if it is ours, unexpired and names exactly this; the stream still has to say that it is unspent. */
  async read(
    encoded: string,
    policy: RelyingParty,
    named: {
      readonly accountId: string;
      readonly action: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    },
    now: Instant,
  ): Promise<StepUpToken | undefined> {
    const token = await this.tokens.verify(encoded, policy.slug, now);
    if (token?.kind !== 'step-up' || token.accountId !== named.accountId || token.action !== named.action) {
      return undefined;
    }
    const digest = this.digests.digest({
      rp: policy.slug,
      account: named.accountId as AccountId,
      action: named.action,
      parameters: named.parameters,
      exp: Math.floor(token.expiresAt / 1000),
      salt: token.transactionSalt,
    });
    return digest === token.transactionDigest ? token : undefined;
  }

  /** The step-up that an offered token proves for one of the service's own actions; null where it proves nothing. */
  async spendable(
    encoded: string | undefined,
    policy: RelyingParty,
    named: {
      readonly accountId: string;
      readonly action: string;
      readonly parameters: Readonly<Record<string, unknown>>;
    },
    now: Instant,
  ): Promise<StepUpId | null> {
    if (encoded === undefined) return null;
    return (await this.read(encoded, policy, named, now))?.stepUpId ?? null;
  }

  /** As `spendable`, for a command that takes a step-up and nothing else as its proof. */
  async offered(...shown: Parameters<StepUpProofs['spendable']>): Promise<OfferedProof> {
    const stepUpId = await this.spendable(...shown);
    return stepUpId === null ? { kind: 'none' } : { kind: 'step-up', stepUpId };
  }
}
