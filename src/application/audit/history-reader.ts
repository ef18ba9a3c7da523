import type { HistoryRead, ReadKind, ReadLimits } from '../../domain/audit/events.js';
import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { ReadModels } from '../ports/read-models.js';
import { eventLog } from '../projections/event-log.js';
import type { EventLogReader, LogHead } from './event-log-reader.js';
import type { LogCursor } from './event-search.js';
import type { HistoryReads } from './history-reads.js';

const LONGEST_WAIT = 5 * SECOND;
/** Who names no position still sees what is recorded by now, if that takes no longer. */
const COURTESY_WAIT = SECOND / 4;

export const EVERYTHING: ReadLimits = {
  subject: null,
  eventType: null,
  eventActor: null,
  correlationId: null,
  credential: null,
  from: null,
  before: null,
};

/** Who reads, and what of it is recorded. */
export interface Reader {
  readonly policy: RelyingParty;
  /** The API key. */
  readonly keyId: string;
  readonly correlationId: string;
  /** Personal values are to be shown in the clear. */
  readonly opens: boolean;
  /** The position that the answer must reflect. */
  readonly after: Position | null;
}

/** Begins every reading of the history: up to where the log is, and not before it is recorded that somebody reads. */
export class HistoryReader {
  constructor(
    private readonly log: EventLogReader,
    private readonly reads: HistoryReads,
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
  ) {}

  /** The log as far as the caller may expect it to be. */
  async reached(rp: RelyingPartySlug, after: Position | null): Promise<LogHead | Rejection> {
    if (after === null) {
      await this.readModels.reached(eventLog.name, await this.store.head(), COURTESY_WAIT);
    } else if (!(await this.readModels.reached(eventLog.name, after, LONGEST_WAIT))) {
      return rejection('position-not-reached');
    }
    return this.log.head(rp);
  }

  /** Where to read on: at a cursor of before, or from the first event up to the last one recorded by now. */
  async begin(
    reader: Reader,
    what: ReadKind,
    limits: ReadLimits,
    cursor: LogCursor | null,
  ): Promise<LogCursor | Rejection> {
    const rp = reader.policy.slug;
    const head = await this.reached(rp, reader.after);
    if ('code' in head) return head;
    if (cursor !== null && cursor.upTo > head.size) return rejection('log-too-short');
    const read: HistoryRead['data'] = {
      ...limits,
      keyId: reader.keyId,
      what,
      personalOpened: reader.opens,
      logSize: cursor?.upTo ?? head.size,
    };
    await this.reads.record(rp, read, reader.correlationId);
    return cursor ?? { upTo: head.size, after: -1 };
  }
}
