import { Readable } from 'node:stream';
import { Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ExportHistoryQuery } from '../../../application/queries/export-history.js';
import type { CheckpointView } from '../../../application/queries/prove-history.js';
import {
  GetCheckpointQuery,
  GetLogKeyQuery,
  ProveConsistencyQuery,
  ProveInclusionQuery,
} from '../../../application/queries/prove-history.js';
import type { EventPage, HistorySearch } from '../../../application/queries/search-history.js';
import { SearchHistoryQuery } from '../../../application/queries/search-history.js';
import { EXPORT_FORMATS, exportText } from '../../audit/export-lines.js';
import { LOGGER } from '../../observability/logger.js';
import {
  cursorText,
  exportQuery,
  historyQuery,
  readerOf,
  searchQuery,
  sizes,
  spot,
} from '../audit-queries.js';
import { AFTER, Call } from '../call.js';
import { admittedOf, whileAdmitted } from '../caller.js';
import { Dispatcher } from '../dispatcher.js';
import { toJson } from '../json.js';
import { languageOf } from '../language.js';
import { AccountIdPipe } from '../parameters.js';
import { Refused } from '../problem.js';
import { instant } from '../schemas.js';

const hash = z.string().meta({ description: 'SHA-256 in base64.' });

const eventsAnswer = z.object({
  events: z.array(
    z.object({
      leafIndex: z.int(),
      leafHash: hash,
      subject: z.string().nullable().meta({ description: 'The account by our random id.' }),
      accountId: z
        .string()
        .optional()
        .meta({ description: 'With `personal=open`; `redacted` after erasure.' }),
      personal: z.union([z.record(z.string(), z.unknown()), z.literal('redacted')]).optional(),
      endUser: z.union([z.record(z.string(), z.unknown()), z.literal('redacted')]).optional(),
      present: z.boolean().meta({ description: 'False where the store has lost what the log has here.' }),
      eventId: z.string().nullable(),
      stream: z.string().nullable(),
      type: z.string().nullable(),
      at: instant.nullable(),
      actor: z.string().nullable(),
      correlationId: z.string().nullable(),
      causationId: z.string().nullable(),
      data: z.record(z.string(), z.unknown()).nullable(),
      text: z
        .string()
        .nullable()
        .meta({ description: 'In words: English, or Chinese where that is accepted.' }),
      stored: z.string().optional().meta({
        description: 'With `stored=true`: the stored bytes in base64, which `leafHash` is made of.',
      }),
    }),
  ),
  next: z.string().optional(),
});

const checkpointAnswer = z.object({
  origin: z.string(),
  treeSize: z.int(),
  rootHash: hash,
  signedAt: instant,
  checkpoint: z.string().meta({ description: 'The signed note. `Accept: text/plain` gives it alone.' }),
});

const PAGING = {
  ...AFTER,
  cursor: 'The `next` of the page before.',
  limit: 'Events on a page: 100 unless said otherwise, 1000 at most.',
  personal: '`open` shows personal values in the clear. The key needs scope `accounts` as well.',
  stored: '`true` gives the stored bytes of each event too, to be hashed by whoever checks a proof.',
};

/** The event history and its proofs. Whatever shows events is itself recorded, once a minute for each key and question. */
@ApiTags('audit')
@Controller('v1/:rp/audit')
export class AuditController {
  constructor(
    private readonly dispatcher: Dispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Call({
    method: 'GET',
    path: 'events',
    summary: 'Searches the events of the product, in the order of its log.',
    scope: 'audit',
    console: true,
    query: {
      ...PAGING,
      accountId: 'Of or about this account.',
      type: 'Of this type.',
      actor: 'Caused by client, user, admin, system or liveness-provider.',
      from: 'Not before this moment (RFC 3339).',
      to: 'Before this moment (RFC 3339).',
      credential: 'Of the passkey with this id, or with this credential id.',
      correlationId: 'Of this request or process run.',
    },
    answer: eventsAnswer,
    refusals: [
      'account-not-found',
      'request-invalid',
      'log-too-short',
      'position-invalid',
      'position-not-reached',
    ],
  })
  async events(@Req() request: FastifyRequest): Promise<object> {
    const { cursor, limit, personal, stored, ...search } = searchQuery(request);
    return this.page(request, 'search', search, { cursor, limit, personal, stored });
  }

  @Call({
    method: 'GET',
    path: 'accounts/:accountId/history',
    summary: "An account's history in words and data, with who read it.",
    scope: 'audit',
    console: true,
    query: PAGING,
    answer: eventsAnswer,
    refusals: [
      'account-not-found',
      'request-invalid',
      'log-too-short',
      'position-invalid',
      'position-not-reached',
    ],
  })
  history(
    @Req() request: FastifyRequest,
    @Param('accountId', AccountIdPipe) accountId: string,
  ): Promise<object> {
    return this.page(request, 'account-history', { accountId }, historyQuery(request));
  }

  @Call({
    method: 'GET',
    path: 'export',
    summary:
      'Streams all events as they are stored, each with its leaf hash, for `latchkey-verify` and for keeping.',
    scope: 'audit',
    console: true,
    query: {
      ...AFTER,
      format: '`ndjson` (assumed) or `csv`.',
      cursor: 'The `cursor` of the last event that arrived: goes on after it.',
      personal: PAGING.personal,
    },
    answer: z
      .string()
      .meta({ description: 'See docs/audit-log.md. `Latchkey-Tree-Size` says how many events there are.' }),
    refusals: ['request-invalid', 'log-too-short', 'position-invalid', 'position-not-reached'],
  })
  async export(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { cursor, format, personal } = exportQuery(request);
    const reader = readerOf(request, personal, this.dispatcher.after(request));
    const history = await this.dispatcher.read(new ExportHistoryQuery(reader, cursor));
    const text = exportText(history, EXPORT_FORMATS[format]);
    const body = Readable.from(whileAdmitted(request, text), { objectMode: true, highWaterMark: 1 });
    body.once('error', (error) => {
      if (!(error instanceof Refused)) this.logger.error({ err: error }, 'an export broke off');
      // A broken connection says over HTTP that this is not the end; gRPC has a status that says why.
      reply.raw.destroy(error);
    });
    void reply
      .header('latchkey-tree-size', history.treeSize)
      .header('latchkey-first-leaf', history.firstLeaf)
      .header('cache-control', 'no-store')
      .type(EXPORT_FORMATS[format].mediaType)
      .send(body);
  }

  @Call({
    method: 'GET',
    path: 'checkpoint',
    summary: 'The log as it stands, signed.',
    scope: 'audit',
    console: true,
    query: AFTER,
    answer: checkpointAnswer,
    refusals: ['log-altered', 'position-invalid', 'position-not-reached'],
  })
  async checkpoint(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const query = new GetCheckpointQuery(admittedOf(request).policy, this.dispatcher.after(request));
    const view = await this.dispatcher.read<CheckpointView>(query);
    if (request.headers.accept?.startsWith('text/plain') !== true) return toJson(view) as object;
    reply.type('text/plain; charset=utf-8');
    return view.checkpoint;
  }

  @Call({
    method: 'GET',
    path: 'key',
    summary: 'What the checkpoints are checked with. Keep it: who asks for it anew trusts the answer.',
    scope: 'audit',
    console: true,
    answer: z.object({ origin: z.string(), verifierKey: z.string(), publicKey: z.string() }),
  })
  key(@Req() request: FastifyRequest): Promise<object> {
    return this.dispatcher.ask(new GetLogKeyQuery(admittedOf(request).policy));
  }

  @Call({
    method: 'GET',
    path: 'proofs/inclusion',
    summary: 'Proves that an event is in the log (RFC 6962 §2.1.1).',
    scope: 'audit',
    console: true,
    query: { leafIndex: 'Counts from 0.', treeSize: 'Of the checkpoint that it is proven against.' },
    answer: z.object({
      leafIndex: z.int(),
      treeSize: z.int(),
      leafHash: hash,
      rootHash: hash,
      path: z.array(hash),
    }),
    refusals: ['request-invalid', 'log-too-short'],
  })
  inclusion(@Req() request: FastifyRequest): Promise<object> {
    const { leafIndex, treeSize } = spot(request);
    return this.dispatcher.ask(new ProveInclusionQuery(admittedOf(request).policy, leafIndex, treeSize));
  }

  @Call({
    method: 'GET',
    path: 'proofs/consistency',
    summary: 'Proves that the log of one size is how the one of a larger size began (RFC 6962 §2.1.2).',
    scope: 'audit',
    console: true,
    query: { from: 'The smaller size, from 1.', to: 'The larger size.' },
    answer: z.object({
      from: z.int(),
      to: z.int(),
      fromRootHash: hash,
      toRootHash: hash,
      path: z.array(hash),
    }),
    refusals: ['request-invalid', 'log-too-short'],
  })
  consistency(@Req() request: FastifyRequest): Promise<object> {
    const { from, to } = sizes(request);
    return this.dispatcher.ask(new ProveConsistencyQuery(admittedOf(request).policy, from, to));
  }

  private async page(
    request: FastifyRequest,
    what: 'search' | 'account-history',
    search: HistorySearch,
    { cursor, limit, personal, stored }: ReturnType<typeof historyQuery>,
  ): Promise<object> {
    const reader = readerOf(request, personal, this.dispatcher.after(request));
    const query = new SearchHistoryQuery(reader, what, search, cursor, limit, languageOf(request), stored);
    const { events, next } = await this.dispatcher.read<EventPage>(query);
    return { events: toJson(events), ...(next && { next: cursorText(next) }) };
  }
}
