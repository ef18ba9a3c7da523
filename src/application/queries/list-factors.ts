import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler, QueryBus } from '@nestjs/cqrs';
import type { CodeFactor, Purpose } from '../../domain/account/events.js';
import type { Instant } from '../../domain/kernel/time.js';
import { factorsFor } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import { inLanguage } from '../../domain/texts/language.js';
import type { AccountQuery, Reading } from './account-reader.js';
import { GetAccountQuery } from './get-account.js';

export interface FactorChoice {
  readonly factors: readonly { readonly factor: CodeFactor; readonly destination: string }[];
  /** What to do where there is nothing to choose from. */
  readonly advice?: string;
  /** Until when there is nothing to choose from, where that is a matter of time. */
  readonly until?: Instant;
}

/** Which factors may be chosen now for a purpose: the policy's, that this account has confirmed, while not locked. */
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
    const { factors, lockedUntil } = reading.answer;
    if (lockedUntil !== null) {
      const advice = LOCKED[language](new Date(lockedUntil).toISOString());
      return { ok: true, answer: { factors: [], advice, until: lockedUntil } };
    }
    const allowed = factorsFor(policy, purpose);
    const choices = factors
      .filter(({ factor, confirmed, disabled }) => confirmed && disabled !== true && allowed.includes(factor))
      .map(({ factor, destination }) => ({ factor, destination }));
    return {
      ok: true,
      answer:
        choices.length > 0 ? { factors: choices } : { factors: [], advice: inLanguage(NO_FACTOR, language) },
    };
  }
}

const LOCKED: Readonly<Record<Language, (until: string) => string>> = {
  en: (until) => `Too many wrong entries: codes are accepted again from ${until}.`,
  zh: (until) => `错误次数过多：验证码将从 ${until} 起重新可用。`,
};

const NO_FACTOR = {
  en: 'None of the ways to prove this account is set up. Sign in and recover it by SMS or email first, then come back.',
  zh: '此账户尚未设置任何验证方式。请先通过短信或邮件登录找回，然后再回来。',
};
