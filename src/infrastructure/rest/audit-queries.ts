import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LogCursor } from '../../application/audit/event-search.js';
import type { Reader } from '../../application/audit/history-reader.js';
import type { Position } from '../../application/ports/event-store.js';
import type { HistorySearch } from '../../application/queries/search-history.js';
import { readAs } from './body.js';
import { admittedOf } from './caller.js';
import { Refused } from './problem.js';

/** What the calls about the history take in their query. */

const count = z
  .string()
  .regex(/^\d{1,15}$/u, 'must be a whole number')
  .transform(Number);
const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const short = z.string().min(1).max(256);

const cursor = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/u, 'must be a `next` or a `cursor` of before')
  .transform((text): LogCursor => {
    const [upTo = 0, after = 0] = text.split('.').map(Number);
    return { upTo, after };
  })
  .nullable()
  .default(null);
const after = z.string().optional();
const personal = z.enum(['open', 'sealed']).default('sealed');
const limit = count.pipe(z.number().min(1).max(1_000)).default(100);

const stored = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

const HISTORY = z.strictObject({ after, cursor, limit, personal, stored });
const SEARCH = HISTORY.extend({
  accountId: z.string().min(1).max(128).optional(),
  type: short.optional(),
  actor: short.optional(),
  credential: z.string().min(1).max(1_400).optional(),
  correlationId: short.optional(),
  from: moment.optional(),
  to: moment.optional(),
});
const EXPORT = z.strictObject({
  after,
  cursor,
  personal,
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
});
const SPOT = z.strictObject({ leafIndex: count, treeSize: count });
const SIZES = z
  .strictObject({ from: count.pipe(z.number().min(1)), to: count })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be smaller than `from`' });

interface Paging {
  readonly cursor: LogCursor | null;
  readonly limit: number;
  readonly personal: 'open' | 'sealed';
  readonly stored: boolean;
}

/** @throws Refused */
export function historyQuery(request: FastifyRequest): Paging {
  return readAs(HISTORY, request.query);
}

/** @throws Refused */
export function searchQuery(request: FastifyRequest): Paging & HistorySearch {
  const {
    accountId,
    actor,
    after: _after,
    correlationId,
    credential,
    from,
    to,
    type,
    ...paging
  } = readAs(SEARCH, request.query);
  return {
    ...paging,
    ...(accountId !== undefined && { accountId }),
    eventType: type ?? null,
    eventActor: actor ?? null,
    credential: credential ?? null,
    correlationId: correlationId ?? null,
    from: from ?? null,
    before: to ?? null,
  };
}

export const exportQuery = (request: FastifyRequest): z.output<typeof EXPORT> =>
  readAs(EXPORT, request.query);
export const spot = (request: FastifyRequest): z.output<typeof SPOT> => readAs(SPOT, request.query);
export const sizes = (request: FastifyRequest): z.output<typeof SIZES> => readAs(SIZES, request.query);

export function cursorText({ after: last, upTo }: LogCursor): string {
  return `${upTo}.${last}`;
}

/**
 * Who reads. Scope `audit` reads what is stored; personal values in the clear are for keys that may see accounts too.
 * @throws Refused
 */
export function readerOf(
  request: FastifyRequest,
  shown: 'open' | 'sealed',
  afterPosition: Position | null,
): Reader {
  const { caller, correlationId, policy } = admittedOf(request);
  const opens = shown === 'open';
  if (opens && !(caller.kind === 'backend' && caller.scopes.includes('accounts'))) {
    throw new Refused('scope-missing', { scope: 'accounts' });
  }
  return { policy, keyId: caller.id, correlationId, opens, after: afterPosition };
}
