import type { HistoryRead } from '../../domain/audit/events.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { Instant } from '../../domain/kernel/time.js';
import { MINUTE } from '../../domain/kernel/time.js';
import { SerialQueue } from '../accounts/serial-queue.js';
import type { AuditCodec } from '../ports/audit-codec.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, EventToAppend, ExpectedRevision } from '../ports/event-store.js';
import { WrongExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { auditStream } from './audit-streams.js';

/** The same key that asks the same within this time is recorded once: pages of one reading, and polls. */
export const RECORDED_ONCE_WITHIN = MINUTE;

/** Of the questions asked within that time, so many are kept in mind; one that was forgotten is recorded once more. */
const KEPT_IN_MIND = 10_000;

/**
 * Records who reads the history, before anything is shown: what can't be recorded isn't answered. Reading about reads is
 * recorded as well, and grows the log by one event a minute at most for each key and question, however often it asks.
 */
export class HistoryReads {
  private readonly queue = new SerialQueue();
  private readonly revisions = new Map<string, ExpectedRevision>();
  /** By reader and question, in the order in which they were recorded. */
  private readonly recently = new Map<string, Instant>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: AuditCodec,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async record(rp: RelyingPartySlug, read: HistoryRead['data'], correlationId: string): Promise<void> {
    const now = this.clock.now();
    const { logSize: _size, ...question } = read;
    const name = JSON.stringify([rp, question]);
    await this.queue.run(name, async () => {
      const before = this.recently.get(name);
      if (before !== undefined && now - before < RECORDED_ONCE_WITHIN) return;
      await this.append(rp, { type: 'HistoryRead', at: now, data: read, personal: {} }, correlationId);
      this.keepInMind(name, now);
    });
  }

  private append(rp: RelyingPartySlug, event: HistoryRead, correlationId: string): Promise<void> {
    const stream = auditStream(rp);
    const causationId = this.identifiers.commandId();
    const cause = { actor: 'client', correlationId, causationId } as const;
    const encoded = this.codec.encode(stream, this.identifiers.deriveId(causationId, 0), event, cause);
    return this.queue.run(stream, () => this.appendAtEnd(stream, encoded));
  }

  /** No rule depends on what else is in the stream: after a conflict it goes to wherever the end is now. */
  private async appendAtEnd(stream: string, event: EventToAppend): Promise<void> {
    for (;;) {
      try {
        const { revision } = await this.store.append(
          stream,
          [event],
          this.revisions.get(stream) ?? 'no-stream',
        );
        this.revisions.set(stream, revision);
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        this.revisions.set(stream, error.actual);
      }
    }
  }

  private keepInMind(name: string, now: Instant): void {
    this.recently.delete(name);
    this.recently.set(name, now);
    for (const [oldest, at] of this.recently) {
      if (now - at < RECORDED_ONCE_WITHIN && this.recently.size <= KEPT_IN_MIND) break;
      this.recently.delete(oldest);
    }
  }
}
