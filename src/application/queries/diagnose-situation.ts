import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import { deviceCausesOf, explained } from '../../domain/diagnosis/diagnosis.js';
import { knownAccount } from '../../domain/diagnosis/known-account.js';
import type { Situation } from '../../domain/diagnosis/rank-situation.js';
import { rankSituation } from '../../domain/diagnosis/rank-situation.js';
import { checkDevice } from '../../domain/policy/device-check.js';
import type { Device } from '../../domain/policy/device.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import { KnownAccounts } from '../accounts/known-accounts.js';
import { acceptedCredentials } from '../accounts/signals.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Reading } from './account-reader.js';
import type { DiagnosisAnswer } from './diagnose-failure.js';

/** What a user asks about where no ceremony has failed. */
export class DiagnoseSituationQuery extends Query<Reading<DiagnosisAnswer>> {
  constructor(
    readonly policy: RelyingParty,
    readonly accountId: string,
    readonly body: { readonly situation: Situation; readonly device?: Device },
    readonly language: Language,
  ) {
    super();
  }
}

@QueryHandler(DiagnoseSituationQuery)
export class DiagnoseSituationHandler implements IQueryHandler<DiagnoseSituationQuery> {
  constructor(
    private readonly known: KnownAccounts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(query: DiagnoseSituationQuery): Promise<Reading<DiagnosisAnswer>> {
    const { accountId, body, language, policy } = query;
    const account = await this.known.byId(policy.slug, accountId);
    if (account === undefined) {
      return { ok: false, rejection: await this.known.absence(policy.slug, accountId) };
    }
    const problems = body.device === undefined ? [] : checkDevice(policy, body.device, language);
    const facts = knownAccount(policy, account, body.device ?? null, this.clock.now());
    const causes = rankSituation(body.situation, facts, deviceCausesOf(problems));
    const signals = causes[0] === 'passkey-removed' ? acceptedCredentials(policy, account) : undefined;
    const answer = explained(policy, causes, problems, language);
    return { ok: true, answer: { ...answer, ...(signals && { signals }) } };
  }
}
