import type { IQueryHandler } from '@nestjs/cqrs';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler } from '@nestjs/cqrs';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { CheckpointSigner } from '../audit/checkpoint-signer.js';
import type { LogCursor } from '../audit/event-search.js';
import { EventSearch } from '../audit/event-search.js';
import type { Reader } from '../audit/history-reader.js';
import { EVERYTHING, HistoryReader } from '../audit/history-reader.js';
import type { LoggedEvent } from '../audit/logged-events.js';
import { LoggedEvents } from '../audit/logged-events.js';
import type { Checkpoints } from '../ports/checkpoints.js';
import { CHECKPOINTS } from '../ports/checkpoints.js';
import { endOfTurn } from '../projections/event-loop.js';
import type { Reading } from './account-reader.js';

/** So many events are in memory at a time, however long the log is. */
const AT_A_TIME = 200;

export interface HistoryExport {
  readonly origin: string;
  /** How many events the whole export has. */
  readonly treeSize: number;
  /** The first leaf that follows: 0 unless it goes on from a cursor. */
  readonly firstLeaf: number;
  /** The signed note of the log of this size; null where the log is not the one that was signed before. */
  readonly checkpoint: string | null;
  /** In order, as fast as they are taken. */
  readonly events: AsyncIterable<readonly LoggedEvent[]>;
}

/** All events of a relying party, as they are stored. That they are asked for is recorded first. */
export class ExportHistoryQuery extends Query<Reading<HistoryExport>> {
  constructor(
    readonly reader: Reader,
    readonly cursor: LogCursor | null,
  ) {
    super();
  }
}

@QueryHandler(ExportHistoryQuery)
export class ExportHistoryHandler implements IQueryHandler<ExportHistoryQuery> {
  constructor(
    private readonly reader: HistoryReader,
    private readonly events: EventSearch,
    private readonly logged: LoggedEvents,
    private readonly signer: CheckpointSigner,
    @Inject(CHECKPOINTS) private readonly checkpoints: Checkpoints,
  ) {}

  async execute({ cursor, reader }: ExportHistoryQuery): Promise<Reading<HistoryExport>> {
    const rp = reader.policy.slug;
    const from = await this.reader.begin(reader, 'export', EVERYTHING, cursor);
    if ('code' in from) return { ok: false, rejection: from };
    const signed = await this.signer.current(rp, from.upTo);
    const { origin } = await this.checkpoints.key(rp);
    return {
      ok: true,
      answer: {
        origin,
        treeSize: from.upTo,
        firstLeaf: from.after + 1,
        checkpoint: 'code' in signed ? null : signed.note,
        events: this.read(rp, from, reader.opens),
      },
    };
  }

  private async *read(
    rp: RelyingPartySlug,
    from: LogCursor,
    opens: boolean,
  ): AsyncGenerator<readonly LoggedEvent[], void, undefined> {
    for (let at: LogCursor | undefined = from; at !== undefined;) {
      const { next, rows } = await this.events.page(rp, EVERYTHING, at, AT_A_TIME);
      if (rows.length > 0) yield await this.logged.of(rp, rows, opens);
      at = next;
      await endOfTurn();
    }
  }
}
