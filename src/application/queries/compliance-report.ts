import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import type { Position } from '../ports/event-store.js';
import { accountOverview } from '../projections/account-overview.js';
import { compliance } from '../projections/compliance/compliance.js';
import type { Wanted } from '../reports/asking.js';
import { understood } from '../reports/asking.js';
import type { Asked, OpenedReport, Report } from '../reports/report.js';
import { ReportData } from '../reports/report-data.js';
import { reportNamed } from '../reports/reports.js';
import type { Reading } from './account-reader.js';
import { ReadSide } from './read-side.js';

export interface ReportReading {
  readonly report: Report;
  readonly asked: Asked;
  readonly opened: OpenedReport;
}

/** A compliance report, opened: its totals, and its rows a page at a time. */
export class ComplianceReportQuery extends Query<Reading<ReportReading>> {
  constructor(
    readonly policy: RelyingParty,
    readonly name: string,
    readonly wanted: Wanted,
    readonly after: Position | null,
  ) {
    super();
  }
}

@QueryHandler(ComplianceReportQuery)
export class ComplianceReportHandler implements IQueryHandler<ComplianceReportQuery> {
  constructor(
    private readonly data: ReportData,
    private readonly readSide: ReadSide,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ after, name, policy, wanted }: ComplianceReportQuery): Promise<Reading<ReportReading>> {
    const report = reportNamed(name);
    if (report === undefined) return { ok: false, rejection: rejection('report-not-found') };
    const read = understood(policy, wanted, this.clock.now());
    if ('errors' in read)
      return { ok: false, rejection: rejection('request-invalid', { errors: read.errors }) };
    const projections = report.namesAccounts ? [compliance.name, accountOverview.name] : [compliance.name];
    const late = await this.readSide.caughtUp(projections, after);
    if (late !== undefined) return { ok: false, rejection: late };
    const opened = await report.open(read.asked, this.data);
    return { ok: true, answer: { report, asked: read.asked, opened } };
  }
}
