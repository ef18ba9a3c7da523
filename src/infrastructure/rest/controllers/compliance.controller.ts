import { Controller, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ComplianceReportQuery } from '../../../application/queries/compliance-report.js';
import { REPORTS } from '../../../application/reports/reports.js';
import { AFTER, Call } from '../call.js';
import { admittedOf } from '../caller.js';
import { Dispatcher } from '../dispatcher.js';
import { languageOf } from '../language.js';
import { readAs } from '../body.js';
import {
  csvOf,
  describe,
  fileNameOf,
  FORMATS,
  headOf,
  ndjsonOf,
  readCursor,
  shown,
  writtenCursor,
} from '../report-answers.js';
import { instant } from '../schemas.js';

const MOST_ROWS = 1_000;

const figures = z.array(z.object({ figure: z.string(), definition: z.string() }));
const described = z.object({
  report: z.string(),
  title: z.string(),
  about: z.string(),
  span: z.enum(['days', 'moment', 'now']).meta({
    description: 'What it is about: days (`from`, `to`), one moment (`asOf`), or how things are now.',
  }),
  definitions: z
    .object({ columns: figures, totals: figures })
    .meta({ description: 'What every figure means.' }),
});
const cells = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const reportAnswer = described.extend({
  relyingParty: z.string(),
  timeZone: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
  asOf: instant.optional(),
  generatedAt: instant,
  totals: cells,
  rows: z.array(cells),
  next: z.string().optional().meta({ description: 'The `cursor` of the next page; absent on the last one.' }),
});

const format = z.enum(FORMATS);
const limit = z.coerce.number().int().min(1).max(MOST_ROWS);

@ApiTags('compliance')
@Controller('v1/:rp/compliance/reports')
export class ComplianceController {
  constructor(private readonly dispatcher: Dispatcher) {}

  @Call({
    method: 'GET',
    path: '',
    summary: 'The reports that there are, with the definition of every figure.',
    scope: 'compliance',
    console: true,
    answer: z.object({ reports: z.array(described) }),
  })
  list(@Req() request: FastifyRequest): object {
    const language = languageOf(request);
    return { reports: REPORTS.map((report) => describe(report, language)) };
  }

  @Call({
    method: 'GET',
    path: ':name',
    summary:
      'A report as JSON, CSV (RFC 4180) or NDJSON (its head on the first line). See docs/compliance-reports.md.',
    scope: 'compliance',
    console: true,
    query: {
      ...AFTER,
      from: "The first day, such as 2026-06-01, in the product's time zone; assumed: a month up to `to`.",
      to: 'The last day; assumed: today.',
      asOf: 'Of an inventory: the moment, as RFC 3339; or a day, whose end is meant; assumed: now.',
      days: 'Of dormant passkeys: for how many days they were not used; assumed: 90.',
      format: 'json (assumed), csv or ndjson. CSV and NDJSON hold all rows.',
      limit: `Of JSON that names accounts: how many rows a page has, at most ${MOST_ROWS}.`,
      cursor: 'Of JSON that names accounts: the `next` of the page before.',
    },
    answer: reportAnswer,
    refusals: [
      'report-not-found',
      'request-invalid',
      'position-invalid',
      'position-not-reached',
      'log-too-short',
    ],
  })
  async report(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<object> {
    const { caller, correlationId, policy } = admittedOf(request);
    // Account ids are what such a report is for, and all that it opens.
    const after = this.dispatcher.after(request);
    const reader = { policy, keyId: caller.id, correlationId, opens: false, after };
    const query = request.query as Readonly<Record<string, unknown>>;
    const wanted = {
      from: text(query['from']),
      to: text(query['to']),
      asOf: text(query['asOf']),
      days: text(query['days']),
    };
    const as = readAs(format, query['format'] ?? 'json', '/format');
    const rowsOfPage = readAs(limit, query['limit'] ?? MOST_ROWS, '/limit');
    const cursor = readCursor(query['cursor']);
    const reading = await this.dispatcher.read(new ComplianceReportQuery(reader, name, wanted));
    const language = languageOf(request);
    if (as === 'json') {
      const { next, rows } = await reading.opened.page(cursor, rowsOfPage);
      return {
        ...headOf(reading, language),
        rows: rows.map(shown),
        ...(next !== null && { next: writtenCursor(next) }),
      };
    }
    reply.header('content-disposition', `attachment; filename="${fileNameOf(reading, as)}"`);
    // CSV has no place for definitions.
    reply.header('link', `</docs/compliance-reports#${name}>; rel="describedby"`);
    reply.type(
      as === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson; charset=utf-8',
    );
    return as === 'csv' ? csvOf(reading) : ndjsonOf(reading, language);
  }
}

/** A parameter that comes twice is no text, and is said to be wrong by whoever reads it. */
function text(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : '';
}
