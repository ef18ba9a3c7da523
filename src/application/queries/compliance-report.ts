import { Inject } from '@nestjs/common';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Query, QueryHandler } from '@nestjs/cqrs';
import { rejection } from '../../domain/kernel/rejection.js';
import type { Reader } from '../audit/history-reader.js';
import { EVERYTHING, HistoryReader } from '../audit/history-reader.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/clock.js';
import { accountOverview } from '../projections/account-overview.js';
import { compliance } from '../projections/compliance/compliance.js';
import { eventLog } from '../projections/event-log.js';
import { RecordedReads } from '../reports/recorded-reads.js';
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

/** A compliance report, opened: its totals, and its rows a page at a time. Of one that names accounts it is recorded who reads. */
export class ComplianceReportQuery extends Query<Reading<ReportReading>> {
  constructor(
    readonly reader: Reader,
    readonly name: string,
    readonly wanted: Wanted,
  ) {
    super();
  }
}

@QueryHandler(ComplianceReportQuery)
export class ComplianceReportHandler implements IQueryHandler<ComplianceReportQuery> {
  constructor(
    private readonly data: ReportData,
    private readonly reads: RecordedReads,
    private readonly history: HistoryReader,
    private readonly readSide: ReadSide,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ name, reader, wanted }: ComplianceReportQuery): Promise<Reading<ReportReading>> {
    const { after, policy } = reader;
    const report = reportNamed(name);
    if (report === undefined) return { ok: false, rejection: rejection('report-not-found') };
    const read = understood(policy, wanted, this.clock.now());
    if ('errors' in read)
      return { ok: false, rejection: rejection('request-invalid', { errors: read.errors }) };
    const projections = [compliance.name, accountOverview.name, eventLog.name];
    const late = await this.readSide.caughtUp(projections, after);
    if (late !== undefined) return { ok: false, rejection: late };
    if (report.namesAccounts !== false) {
      const begun = await this.history.begin(reader, report.namesAccounts, EVERYTHING, null);
      if ('code' in begun) return { ok: false, rejection: begun };
    }
    const opened = await report.open(read.asked, this.data, this.reads);
    return { ok: true, answer: { report, asked: read.asked, opened } };
  }
}
