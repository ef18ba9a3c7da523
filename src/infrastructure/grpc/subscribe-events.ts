import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { fromJson, toJson } from '@bufbuild/protobuf';
import type { HistoryReader } from '../../application/audit/history-reader.js';
import { EVERYTHING } from '../../application/audit/history-reader.js';
import type { EventFeed, FedEvent } from '../../application/queries/event-feed.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import { timeOrderedUuid } from '../keys/uuid.js';
import type { KeyAdmission } from '../rest/key-admission.js';
import { Refused } from '../rest/problem.js';
import type { PositionTokens } from '../tokens/position-tokens.js';
import type { ApiMethod } from './api.js';
import type { PacedStream } from './paced-stream.js';
import { send } from './paced-stream.js';

/** Each reads what every commit brings, so that a key may hold this many and no more. */
const MOST_PER_KEY = 8;

/** `AuditService/SubscribeEvents`: a product's events in order, at the pace of the client that takes them. */
export class EventSubscriptions {
  private readonly held = new Map<string, number>();

  constructor(
    private readonly feed: EventFeed,
    private readonly admission: KeyAdmission,
    private readonly positions: PositionTokens,
    private readonly reader: HistoryReader,
  ) {}

  /**
   * Answers when the client goes away, or the service does.
   * @throws Refused; whatever the store or the codec throws
   */
  async serve({ desc }: ApiMethod, call: PacedStream, closing: AbortSignal): Promise<void> {
    const { rp = '', after } = toJson(desc.input, call.request) as { rp?: string; after?: string };
    const admitted = () =>
      this.admission.admit(call.metadata.get('authorization')[0]?.toString(), rp, 'audit');
    const { key, policy } = await admitted();
    const from = after === undefined ? 0 : this.positions.read(policy.slug, after);
    if (from === undefined) throw new Refused('position-invalid');
    const gone = new AbortController();
    call.once('cancelled', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    const tell = (message: JsonObject) => send(call, fromJson(desc.output, message), signal);
    this.hold(key.keyId);
    try {
      await this.record(policy, key.keyId);
      for await (const { events, caughtUp } of this.feed.of(policy.slug, from, signal)) {
        // A key that was revoked meanwhile is told nothing more.
        await admitted();
        for (const event of events) await tell({ event: this.shown(policy.slug, event) });
        if (caughtUp) await tell({ caughtUp: {} });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.release(key.keyId);
    }
  }

  /** Who reads is recorded before anything is shown. @throws Refused */
  private async record(policy: RelyingParty, keyId: string): Promise<void> {
    const reader = { policy, keyId, correlationId: timeOrderedUuid(), opens: false, after: null };
    const begun = await this.reader.begin(reader, 'subscription', EVERYTHING, null);
    if ('code' in begun) throw Refused.from(begun);
  }

  private shown(rp: RelyingPartySlug, { at, data, recorded, ...of }: FedEvent): JsonObject {
    return {
      position: this.positions.issue(rp, recorded.position),
      eventId: recorded.eventId,
      type: recorded.type,
      at: new Date(at).toISOString(),
      actor: of.actor,
      subject: of.subject,
      revision: recorded.revision,
      correlationId: of.correlationId,
      causationId: of.causationId,
      data: data as JsonValue,
      stream: recorded.stream,
    };
  }

  private hold(keyId: string): void {
    const held = this.held.get(keyId) ?? 0;
    if (held >= MOST_PER_KEY) throw new Refused('too-many-requests');
    this.held.set(keyId, held + 1);
  }

  private release(keyId: string): void {
    const held = (this.held.get(keyId) ?? 1) - 1;
    if (held === 0) this.held.delete(keyId);
    else this.held.set(keyId, held);
  }
}
