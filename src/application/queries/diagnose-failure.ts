import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { EnrolledAccount } from '../../domain/account/state.js';
import type { Diagnosis } from '../../domain/diagnosis/diagnosis.js';
import { deviceCausesOf, explained } from '../../domain/diagnosis/diagnosis.js';
import type { FailureReport } from '../../domain/diagnosis/failure-kind.js';
import { kindOf } from '../../domain/diagnosis/failure-kind.js';
import { knownAccount } from '../../domain/diagnosis/known-account.js';
import type { Mediation } from '../../domain/diagnosis/rank-failure.js';
import { rankFailure } from '../../domain/diagnosis/rank-failure.js';
import type { CeremonyId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Duration } from '../../domain/kernel/time.js';
import { checkDevice } from '../../domain/policy/device-check.js';
import type { Device } from '../../domain/policy/device.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Language } from '../../domain/texts/language.js';
import { AccountDirectory } from '../accounts/account-directory.js';
import { KnownAccounts } from '../accounts/known-accounts.js';
import type { Signals } from '../accounts/signals.js';
import { acceptedCredentials } from '../accounts/signals.js';
import { FailedAssertions } from '../diagnosis/failed-assertions.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Ceremonies, Ceremony } from '../ports/webauthn.js';
import { CEREMONIES } from '../ports/webauthn.js';
import type { Reading } from './account-reader.js';

export interface DiagnosisAnswer extends Diagnosis {
  readonly signals?: Signals;
}

export class DiagnoseFailureQuery extends Query<Reading<DiagnosisAnswer>> {
  constructor(
    readonly policy: RelyingParty,
    readonly ceremonyId: string,
    readonly report: {
      readonly error: FailureReport;
      readonly elapsedMs?: Duration;
      readonly mediation?: Mediation;
      readonly device?: Device;
    },
    /** The account of the page that asks, which reports its own ceremonies only; null for a backend. */
    readonly ownAccountId: string | null,
    readonly language: Language,
  ) {
    super();
  }
}

@QueryHandler(DiagnoseFailureQuery)
export class DiagnoseFailureHandler implements IQueryHandler<DiagnoseFailureQuery> {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly known: KnownAccounts,
    private readonly failures: FailedAssertions,
    @Inject(CEREMONIES) private readonly ceremonies: Ceremonies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(query: DiagnoseFailureQuery): Promise<Reading<DiagnosisAnswer>> {
    const { ceremonyId, language, ownAccountId, policy, report } = query;
    const ceremony = this.ceremonies.readAny(ceremonyId, policy.slug);
    if (ceremony === undefined || !(await this.mayAsk(policy, ceremony, ownAccountId))) {
      return { ok: false, rejection: rejection('ceremony-not-found') };
    }
    const found = await this.failures.foundOf(this.ceremonies.fingerprint(as<CeremonyId>(ceremonyId)));
    const device = report.device ?? ('device' in ceremony ? ceremony.device : null);
    const problems = device === null ? [] : checkDevice(policy, device, language);
    const account = await this.accountOf(policy, ceremony);
    const facts = account === undefined ? null : knownAccount(policy, account, device, this.clock.now());
    const causes = rankFailure({
      ceremony: ceremony.kind,
      kind: kindOf(report.error),
      elapsed: report.elapsedMs ?? null,
      mediation: report.mediation ?? null,
      device,
      deviceCauses: deviceCausesOf(problems),
      bySecurityKey:
        ceremony.kind === 'registration'
          ? ceremony.storage === 'security-key'
          : facts?.securityKeysOnly === true,
      account: facts,
      found: found?.cause ?? null,
    });
    const stale = account !== undefined && causes[0] === 'passkey-removed';
    const signals = found?.signals ?? (stale ? acceptedCredentials(policy, account) : undefined);
    const answer = explained(policy, causes, problems, language);
    return { ok: true, answer: { ...answer, ...(signals && { signals }) } };
  }

  private async mayAsk(policy: RelyingParty, ceremony: Ceremony, accountId: string | null): Promise<boolean> {
    if (accountId === null) return true;
    const own = await this.directory.subjectOfAccount(policy.slug, accountId);
    return ceremony.kind !== 'sign-in' && own !== undefined && ceremony.subject === own;
  }

  /** None in a sign-in, whoever it was begun for: what it is told must not depend on whether there is such an account. */
  private accountOf(policy: RelyingParty, ceremony: Ceremony): Promise<EnrolledAccount | undefined> {
    return ceremony.kind === 'sign-in'
      ? Promise.resolve(undefined)
      : this.known.bySubject(policy.slug, ceremony.subject);
  }
}
