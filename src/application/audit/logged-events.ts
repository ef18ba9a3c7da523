import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import { as } from '../../domain/kernel/ids.js';
import { REDACTED } from '../../domain/kernel/event.js';
import { accountOfStream } from '../accounts/account-address.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { AccountKey, Keyring } from '../ports/keyring.js';
import type { ReadModels } from '../ports/read-models.js';
import { accountOverview, accountOverviewContext } from '../projections/account-overview.js';
import type { Row } from '../projections/projection.js';
import { numberOf, openText, textOrNull } from '../queries/sealed-column.js';
import { hashOf } from './event-log-reader.js';

/** What was sealed of an event, opened; `redacted` where the account was erased. */
export interface OpenedPart {
  /** The relying party's own id of the account; absent where the event is of no account, or its account has none yet. */
  readonly accountId?: string;
  readonly personal?: object | typeof REDACTED;
  readonly endUser?: object | typeof REDACTED;
}

/** A leaf of the log with the event that stands there now. */
export interface LoggedEvent {
  readonly leafIndex: number;
  /** As the log keeps it. */
  readonly leafHash: Uint8Array;
  /** Undefined where the event is no more: somebody has taken it out of the store. */
  readonly recorded: RecordedEvent | undefined;
  /** Our random id of the account that it is of or about. */
  readonly subject: string | null;
  readonly opened: OpenedPart;
}

/** Puts rows of the log together with the events that they are of, and opens what was sealed where that is asked for. */
export class LoggedEvents {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly keyring: Keyring,
    private readonly readModels: ReadModels,
  ) {}

  /** @param rows at most a thousand, of one relying party */
  async of(rp: RelyingPartySlug, rows: readonly Row[], open: boolean): Promise<readonly LoggedEvent[]> {
    const events = await this.store.readAt(rows.map((row) => numberOf(row, 'position')));
    const names = new Map<SubjectId, OpenedPart>();
    const logged: LoggedEvent[] = [];
    for (const [index, row] of rows.entries()) {
      const recorded = events[index];
      const subject = textOrNull(row, 'subject');
      const opened =
        open && subject !== null ? await this.open(rp, as<SubjectId>(subject), recorded, names) : {};
      logged.push({
        leafIndex: numberOf(row, 'leaf_index'),
        leafHash: hashOf(row),
        recorded,
        subject,
        opened,
      });
    }
    return logged;
  }

  private async open(
    rp: RelyingPartySlug,
    subject: SubjectId,
    recorded: RecordedEvent | undefined,
    names: Map<SubjectId, OpenedPart>,
  ): Promise<OpenedPart> {
    const key = this.keyring.cached(subject) ?? (await this.keyring.find(subject));
    const name = names.get(subject) ?? (await this.nameOf(rp, subject, key));
    names.set(subject, name);
    if (recorded === undefined || accountOfStream(recorded.stream) === undefined) return name;
    try {
      const { cause, event, sealed } = this.codec.decode(recorded, key);
      if (sealed === null) return name;
      return { ...name, personal: event.personal, endUser: key === undefined ? REDACTED : cause.endUser };
    } catch {
      // Bytes that were altered open no more. They are shown as they are, and their hash says that they were.
      return name;
    }
  }

  private async nameOf(
    rp: RelyingPartySlug,
    subject: SubjectId,
    key: AccountKey | undefined,
  ): Promise<OpenedPart> {
    if (key === undefined) return { accountId: REDACTED };
    const row = await this.readModels.find(accountOverview.name, {
      table: accountOverview.name,
      where: { rp, subject },
    });
    if (row === undefined) return {};
    const accountId = openText(row, 'account_id', accountOverviewContext(subject, 'account_id'), key);
    return accountId === null ? {} : { accountId };
  }
}
