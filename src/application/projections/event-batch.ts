import type { AccountEventType } from '../../domain/account/events.js';
import { REDACTED } from '../../domain/kernel/event.js';
import type { SubjectId } from '../../domain/kernel/ids.js';
import type { AccountAddress } from '../accounts/account-address.js';
import { accountOfStream } from '../accounts/account-address.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventFilter, RecordedEvent } from '../ports/event-store.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import { ACCOUNT_EVENT_TYPES } from './account-event-types.js';
import type { EventFailure } from './projection-failure.js';
import { eventFailure } from './projection-failure.js';
import type { ProjectedEvent } from './projection.js';
import { sealJson } from '../sealed-json.js';

/** An event on its way to the projections. Without an outcome, none of them wants it. */
export interface BatchedEvent {
  readonly recorded: RecordedEvent;
  readonly outcome?: ProjectedEvent | EventFailure;
  /** The JSON of its bytes, where they were parsed for the outcome. */
  readonly parsed?: unknown;
}

/** What the projections of a batch, taken together, want of it. */
export interface Interest {
  readonly handles: ReadonlySet<string>;
  readonly readsPersonal: ReadonlySet<string>;
}

export function interestOf(projections: readonly Interest[]): Interest {
  const [only] = projections;
  if (only !== undefined && projections.length === 1) return only;
  return {
    handles: new Set(projections.flatMap(({ handles }) => [...handles])),
    readsPersonal: new Set(projections.flatMap(({ readsPersonal }) => [...readsPersonal])),
  };
}

const CATALOGUE: ReadonlySet<string> = new Set<AccountEventType>(ACCOUNT_EVENT_TYPES);

/** A type of no catalogue known here may change what any projection shows, so that none may pass over it. */
export function wants({ handles }: Interest, type: string): boolean {
  return handles.has(type) || !CATALOGUE.has(type);
}

/** What the store need not hand over where nothing but this is wanted of it. */
export function filterFor(interest: Interest): EventFilter {
  return { withoutTypes: ACCOUNT_EVENT_TYPES.filter((type) => !wants(interest, type)) };
}

/** Decodes each event once for all projections of a batch, with the account's key only where one of them needs it. */
export class EventBatches {
  constructor(
    private readonly codec: EventCodec,
    private readonly keyring: Keyring,
  ) {}

  async decode(events: readonly RecordedEvent[], interest: Interest): Promise<readonly BatchedEvent[]> {
    const keys = await this.keysFor(events, interest);
    return events.map((recorded) => {
      const account = accountOfStream(recorded.stream);
      if (account === undefined || !wants(interest, recorded.type)) return { recorded };
      return this.decodeOne(recorded, account, interest, keys);
    });
  }

  /** All keys are at hand before the first event is decoded, so that a batch is applied without a pause. */
  private async keysFor(
    events: readonly RecordedEvent[],
    { readsPersonal }: Interest,
  ): Promise<ReadonlyMap<SubjectId, AccountKey | undefined>> {
    const keys = new Map<SubjectId, AccountKey | undefined>();
    for (const { stream, type } of events) {
      if (!readsPersonal.has(type)) continue;
      const subject = accountOfStream(stream)?.subject;
      if (subject === undefined || keys.has(subject)) continue;
      keys.set(subject, this.keyring.cached(subject) ?? (await this.keyring.find(subject)));
    }
    return keys;
  }

  private decodeOne(
    recorded: RecordedEvent,
    { rp, subject }: AccountAddress,
    { readsPersonal }: Interest,
    keys: ReadonlyMap<SubjectId, AccountKey | undefined>,
  ): BatchedEvent {
    const { eventId, position, revision, stream } = recorded;
    const opens = readsPersonal.has(recorded.type);
    const key = opens ? keys.get(subject) : undefined;
    try {
      const parsed = this.codec.parse(recorded);
      const { cause, event } = this.codec.decode(recorded, key, parsed);
      const { actor, causationId, correlationId } = cause;
      const seal = opens ? sealWith(key) : refuseToSeal;
      const outcome = {
        rp,
        subject,
        stream,
        revision,
        position,
        eventId,
        correlationId,
        causationId,
        actor,
        event,
        seal,
      };
      return { recorded, outcome, parsed };
    } catch (error) {
      return { recorded, outcome: eventFailure(recorded, 'could not be decoded', error) };
    }
  }
}

function sealWith(key: AccountKey | undefined): ProjectedEvent['seal'] {
  return (context, value) => (key === undefined ? null : sealJson(key, context, value));
}

/** The event as a projection is shown it that doesn't read its personal part, although another one does. */
export function withoutPersonal(projected: ProjectedEvent): ProjectedEvent {
  if (projected.seal === refuseToSeal) return projected;
  return { ...projected, event: { ...projected.event, personal: REDACTED }, seal: refuseToSeal };
}

function refuseToSeal(): never {
  throw new Error('only an event whose personal part a projection reads may be sealed again by it');
}
