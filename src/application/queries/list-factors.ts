import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler, QueryBus } from '@nestjs/cqrs';
import type { CodeFactor, Purpose } from '../../domain/account/events.js';
import { factorsFor } from '../../domain/policy/relying-party.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { GetAccountQuery } from './get-account.js';

export interface FactorChoice {
  readonly factors: readonly { readonly factor: CodeFactor; readonly destination: string }[];
  /** What to do where there is nothing to choose from. */
  readonly advice?: string;
}

/** Which factors may be chosen now for a purpose: the policy's, that this account has confirmed, while not locked. */
export class ListFactorsQuery extends Query<Reading<FactorChoice>> {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    readonly purpose: Purpose,
  ) {
    super();
  }
}

@QueryHandler(ListFactorsQuery)
export class ListFactorsHandler implements IQueryHandler<ListFactorsQuery> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ policy, accountId, after, purpose }: ListFactorsQuery): Promise<Reading<FactorChoice>> {
    const reading = await this.queries.execute(new GetAccountQuery(policy, accountId, after));
    if (!reading.ok) return reading;
    const { factors, lockedUntil } = reading.answer;
    if (lockedUntil !== null) {
      const until = new Date(lockedUntil).toISOString();
      return {
        ok: true,
        answer: { factors: [], advice: `Too many wrong entries: codes are accepted again from ${until}.` },
      };
    }
    const allowed = factorsFor(policy, purpose);
    const choices = factors
      .filter(({ factor, confirmed, disabled }) => confirmed && disabled !== true && allowed.includes(factor))
      .map(({ factor, destination }) => ({ factor, destination }));
    return {
      ok: true,
      answer: choices.length > 0 ? { factors: choices } : { factors: [], advice: NO_FACTOR },
    };
  }
}

const NO_FACTOR =
  'None of the ways to prove this account is set up. Sign in and recover it by SMS or email first, then come back.';
