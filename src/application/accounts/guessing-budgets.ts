import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { CredentialId } from '../../domain/kernel/ids.js';
import { HOUR, MINUTE } from '../../domain/kernel/time.js';
import type { Rate, RateLimits } from '../ports/rate-limits.js';
import type { CommandContext } from './context.js';

/**
 * Bounds on guessing over many accounts at once, which no single account's lock-out sees (invariant 13), and on how
 * often anyone can be sent a message. An account's own limits are the policy's, decided on its stream.
 */
const SENDING = {
  account: { name: 'send-account', times: 60, per: HOUR },
  destination: { name: 'send-destination', times: 20, per: 10 * MINUTE },
  address: { name: 'send-address', times: 100, per: 10 * MINUTE },
  product: { name: 'send-product', times: 3_000, per: MINUTE },
  /** As somebody wrote it, whether or not an account is called so. */
  name: { name: 'send-name', times: 20, per: 10 * MINUTE },
} as const satisfies Record<string, Rate>;

const GUESSING = {
  address: { name: 'guess-address', times: 100, per: 10 * MINUTE },
  product: { name: 'guess-product', times: 3_000, per: MINUTE },
} as const satisfies Record<string, Rate>;

/**
 * Assertions that don't verify. Only such ones are counted, and only the address that sent too many is refused before it is
 * looked at: whoever knows another's credential can't use these to keep its owner out (invariant 14).
 */
const ASSERTING = {
  address: { name: 'assertion-address', times: 100, per: 10 * MINUTE },
  /** Of an id that no account has as well, or going on being refused would tell which ids are known. */
  credential: { name: 'assertion-credential', times: 20, per: 10 * MINUTE },
  product: { name: 'assertion-product', times: 3_000, per: MINUTE },
} as const satisfies Record<string, Rate>;

export class GuessingBudgets {
  constructor(private readonly limits: RateLimits) {}

  /** Why no code is sent now, if none is. */
  beforeSending(
    context: CommandContext,
    accountId: string,
    destination: string,
  ): Promise<Rejection | undefined> {
    const { slug } = context.policy;
    return this.spend([
      [SENDING.account, `${slug}|${accountId}`],
      [SENDING.destination, destination],
      ...addressOf(context, SENDING.address),
      [SENDING.product, slug],
    ]);
  }

  /** As `beforeSending`, where nothing may depend on whether there is such an account. */
  beforeSendingTo(context: CommandContext, name: string): Promise<Rejection | undefined> {
    const { slug } = context.policy;
    return this.spend([
      [SENDING.name, `${slug}|${name}`],
      ...addressOf(context, SENDING.address),
      [SENDING.product, slug],
    ]);
  }

  /** The rest of it, once it is known whose the name is. */
  beforeSendingFound(
    context: CommandContext,
    accountId: string,
    destination: string,
  ): Promise<Rejection | undefined> {
    return this.spend([
      [SENDING.account, `${context.policy.slug}|${accountId}`],
      [SENDING.destination, destination],
    ]);
  }

  /** Why no guess is taken now, if none is. */
  beforeGuess(context: CommandContext): Promise<Rejection | undefined> {
    return this.spend([...addressOf(context, GUESSING.address), [GUESSING.product, context.policy.slug]]);
  }

  /** Why no assertion is looked at now, if none is. A product's address has this budget for itself. */
  async beforeAssertion({ endUser, policy }: CommandContext): Promise<Rejection | undefined> {
    if (endUser.address === undefined) return undefined;
    const until = await this.limits.spent(ASSERTING.address, `${policy.slug}|${endUser.address}`);
    return until === null ? undefined : rejection('too-many-requests', { until });
  }

  /**
   * Counts an assertion that doesn't verify.
   * @param credentialId null where what was sent is no assertion at all
   * @returns what it is answered with, where there were too many, and nothing of it is then recorded
   */
  afterBadAssertion(
    { endUser, policy }: CommandContext,
    credentialId: CredentialId | null,
  ): Promise<Rejection | undefined> {
    const { slug } = policy;
    return this.spend([
      ...(endUser.address === undefined ? [] : [[ASSERTING.address, `${slug}|${endUser.address}`] as const]),
      ...(credentialId === null ? [] : [[ASSERTING.credential, `${slug}|${credentialId}`] as const]),
      [ASSERTING.product, slug],
    ]);
  }

  private async spend(budgets: readonly (readonly [Rate, string])[]): Promise<Rejection | undefined> {
    for (const [rate, key] of budgets) {
      const until = await this.limits.spend(rate, key);
      if (until !== null) return rejection('too-many-requests', { until });
    }
    return undefined;
  }
}

function addressOf({ endUser }: CommandContext, rate: Rate): readonly (readonly [Rate, string])[] {
  return endUser.address === undefined ? [] : [[rate, endUser.address]];
}
