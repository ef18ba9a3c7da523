import type { AccountEvent, AccountEventType } from '../../domain/account/events.js';
import type { RelyingPartySlug, SubjectId } from '../../domain/kernel/ids.js';
import type { Position, RecordedEvent, Revision } from '../ports/event-store.js';

/** What a column holds. Personal data goes into a `blob` column, sealed, or nowhere. */
export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, Value>>;

export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, 'text' | 'integer' | 'blob'>>;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  /** Columns that many rows leave null, and nobody looks for null in: such rows are in no index that has one of them. */
  readonly sparse?: readonly string[];
}

/** What a projection wants done, as data: an adapter of any database can carry it out. */
export type Write =
  /** Inserts the row, or replaces the whole row of that primary key. */
  | { readonly kind: 'put'; readonly table: string; readonly row: Row }
  /** Changes the row of that primary key; an error where there is none, for then an event was missed. */
  | {
      readonly kind: 'patch';
      readonly table: string;
      readonly key: Row;
      readonly set?: Row;
      /** Sets columns that are still null: the first event wins. */
      readonly setOnce?: Row;
      readonly add?: Readonly<Record<string, number>>;
      /** Adds members to JSON objects in text columns; a member that is there stays as it is. */
      readonly addMembers?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
    }
  | Append
  /** Changes every row that matches; none is fine. */
  | { readonly kind: 'amend'; readonly table: string; readonly where: Row; readonly set: Row }
  /** Adds to the row of that primary key, whose other columns begin at zero where there is no such row yet. */
  | {
      readonly kind: 'tally';
      readonly table: string;
      readonly key: Row;
      readonly add: Readonly<Record<string, number>>;
      /** Once for each row that matches; the named columns of the key are those of that row, given as `column: its column`. */
      readonly forEach?: {
        readonly table: string;
        readonly where: Row;
        readonly key: Readonly<Record<string, string>>;
      };
    }
  /** Deletes all rows that match; none is fine. */
  | { readonly kind: 'delete'; readonly table: string; readonly where: Row };

/**
 * Adds a row to a log whose rows are never changed. Where it stands, and which hashes it completes, follows from the rows
 * before it, which the adapter knows.
 */
export interface Append {
  readonly kind: 'append';
  readonly table: string;
  readonly row: Row;
  /** Names the log: the columns of `row` that its rows share. With `index` they are the primary key. */
  readonly log: readonly string[];
  /** Filled in: counts the log's rows from 0. */
  readonly index: string;
  /** Filled in: the hashes of the perfect subtrees that this leaf completes, itself first (see `append` of the Merkle tree). */
  readonly hashes: string;
  /** What is hashed as the leaf. */
  readonly leaf: Uint8Array;
  /** Filled in: the greater of this and what the row before has. */
  readonly rising: Readonly<Record<string, number>>;
}

/** An event of an account as a projection is shown it. */
export interface ProjectedEvent<Event extends AccountEvent = AccountEvent> {
  readonly rp: RelyingPartySlug;
  readonly subject: SubjectId;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly eventId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: Actor;
  readonly event: Event;
  /**
   * Seals for a row of this account; null where the key was destroyed.
   * @param context see `sealContext`
   * @throws for a type that the projection doesn't name in `readsPersonal`
   */
  readonly seal: (context: string, value: unknown) => Uint8Array | null;
}

export type Actor = 'client' | 'user' | 'admin' | 'system' | 'liveness-provider';

/**
 * One read model. `when` is pure: the same events always give the same writes, so that a rebuild from zero comes to the
 * same rows. An event it can't apply is an exception: it stops the projection, which says so, and is never skipped.
 */
export interface Projection {
  readonly name: string;
  /** Raise it whenever tables or writes change: the next start rebuilds beside the old one and swaps. */
  readonly version: number;
  readonly tables: readonly Table[];
  readonly handles: readonly AccountEventType[];
  /**
   * The types of which it reads the personal part or seals something. Of every other it is shown `redacted`: what a
   * projection doesn't need is not decrypted for it.
   */
  readonly readsPersonal: readonly AccountEventType[];
  /** @throws for a type that is not in `handles` */
  when(event: ProjectedEvent): readonly Write[];
  /**
   * In its stead, for one that is shown every recorded event, of whatever stream, as the bytes that it is stored as.
   * @param parsed their JSON, where somebody parsed them already
   */
  readonly whenRecorded?: (event: RecordedEvent, parsed?: unknown) => readonly Write[];
}
