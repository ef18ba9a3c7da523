import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler, QueryBus } from '@nestjs/cqrs';
import type { CodeFactor, Purpose } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import { factorsFor } from '../../domain/policy/relying-party.js';
import type { NoFactor } from '../../domain/texts/factor-advice.js';
import { factorAdvice } from '../../domain/texts/factor-advice.js';
import type { Language } from '../../domain/texts/language.js';
import type { AccountQuery, Reading } from './account-reader.js';
import type { AccountView } from './get-account.js';
import { GetAccountQuery } from './get-account.js';

export interface FactorChoice {
  readonly factors: readonly { readonly factor: CodeFactor; readonly destination: string }[];
  /** What to do where there is nothing to choose from. */
  readonly advice?: string;
  /** Until when there is nothing to choose from, where that is a matter of time. */
  readonly until?: Instant;
}

/** Which factors may be chosen now for a purpose: the policy's, that this account has confirmed, while nothing keeps it from counting. */
export class ListFactorsQuery extends Query<Reading<FactorChoice>> {
  constructor(
    readonly policy: AccountQuery['policy'],
    readonly accountId: string,
    readonly after: AccountQuery['after'],
    readonly purpose: Purpose,
    readonly language: Language,
  ) {
    super();
  }
}

@QueryHandler(ListFactorsQuery)
export class ListFactorsHandler implements IQueryHandler<ListFactorsQuery> {
  constructor(private readonly queries: QueryBus) {}

  async execute(query: ListFactorsQuery): Promise<Reading<FactorChoice>> {
    const { policy, accountId, after, purpose, language } = query;
    const reading = await this.queries.execute(new GetAccountQuery(policy, accountId, after));
    if (!reading.ok) return reading;
    const none = noFactor(reading.answer, purpose);
    const allowed = factorsFor(policy, purpose);
    const choices = reading.answer.factors
      .filter(({ factor, confirmed, disabled }) => confirmed && disabled !== true && allowed.includes(factor))
      .map(({ factor, destination }) => ({ factor, destination }));
    if (none === undefined && choices.length > 0) return { ok: true, answer: { factors: choices } };
    const advice = factorAdvice(none ?? { why: 'none' }, language, policy.timeZone);
    const until = none?.why === 'locked' ? { until: none.until } : {};
    return { ok: true, answer: { factors: [], advice, ...until } };
  }
}

/** What keeps every factor from counting now, whichever the account has. */
function noFactor(
  { lockReason, lockedUntil, resetRequired }: AccountView,
  purpose: Purpose,
): NoFactor | undefined {
  if (lockReason === 'reset-disputed') return { why: 'disputed' };
  if (lockedUntil !== null) return { why: 'locked', until: lockedUntil };
  return resetRequired && purpose === 'bind-passkey' ? { why: 'reset-required' } : undefined;
}
