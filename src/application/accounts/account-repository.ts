import { evolve } from '../../domain/account/evolve.js';
import type { PasskeyAccount } from '../../domain/account/state.js';
import { initialState } from '../../domain/account/state.js';
import type { Cache } from '../ports/cache.js';
import type { EventCodec } from '../ports/event-codec.js';
import type { EventStore, Revision } from '../ports/event-store.js';
import type { AccountKey } from '../ports/keyring.js';
import type { SnapshotStore } from '../ports/snapshot-store.js';
import { openJson, sealJson } from '../sealed-json.js';

/** An account's state as of a revision; `no-stream` before its first event. */
export interface LoadedAccount {
  readonly state: PasskeyAccount;
  readonly revision: Revision | 'no-stream';
}

/** The same once something was appended. */
export interface AppendedAccount extends LoadedAccount {
  readonly revision: Revision;
}

/** Of the state's shape. Raise it with every change of `PasskeyAccount`: older snapshots are then ignored. */
export const STATE_VERSION = 12;

/** After so many events a new snapshot is due, so that a cold load reads at most so many. */
export const SNAPSHOT_EVERY = 16;

/**
 * Loads what decisions need at a cost that doesn't grow with history: from the cache, else a sealed snapshot
 * and the events after it.
 */
export class AccountRepository {
  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly snapshots: SnapshotStore,
    private readonly cache: Cache<LoadedAccount>,
  ) {}

  /** May be behind by what other processes appended: see `refresh`. */
  async load(stream: string, key: AccountKey | undefined): Promise<LoadedAccount> {
    const cached = this.cache.get(stream);
    if (cached !== undefined) return cached;
    return this.refresh(stream, key, await this.fromSnapshot(stream, key));
  }

  /** With the tail read. */
  async current(stream: string, key: AccountKey | undefined): Promise<LoadedAccount> {
    const cached = this.cache.get(stream);
    return this.refresh(stream, key, cached ?? (await this.fromSnapshot(stream, key)));
  }

  /** Folds in whatever was appended after the loaded revision. */
  async refresh(stream: string, key: AccountKey | undefined, loaded: LoadedAccount): Promise<LoadedAccount> {
    let { state, revision } = loaded;
    let folded = 0;
    for await (const recorded of this.store.readStream(stream, nextRevision(revision))) {
      state = evolve(state, this.codec.decode(recorded, key).event);
      revision = recorded.revision;
      folded += 1;
    }
    if (folded >= SNAPSHOT_EVERY && key !== undefined && revision !== 'no-stream') {
      this.saveSnapshot(stream, key, state, revision);
    }
    const current = revision === loaded.revision ? loaded : { state, revision };
    this.cache.set(stream, current);
    return current;
  }

  /** Takes in what was just appended, and saves a snapshot when one is due. */
  appended(
    stream: string,
    key: AccountKey,
    before: LoadedAccount,
    { state, revision }: AppendedAccount,
  ): void {
    this.cache.set(stream, { state, revision });
    const crossed =
      Math.floor((revision + 1) / SNAPSHOT_EVERY) >
      Math.floor(nextRevision(before.revision) / SNAPSHOT_EVERY);
    if (crossed) this.saveSnapshot(stream, key, state, revision);
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  /** Losing a snapshot costs the next load a few reads: nobody waits for it, and its failure fails nothing. */
  private saveSnapshot(stream: string, key: AccountKey, state: PasskeyAccount, revision: Revision): void {
    const sealed = sealJson(key, snapshotContext(stream), state);
    this.snapshots.save(stream, { revision, version: STATE_VERSION, sealed }).catch(() => undefined);
  }

  private async fromSnapshot(stream: string, key: AccountKey | undefined): Promise<LoadedAccount> {
    const nothing: LoadedAccount = { state: initialState, revision: 'no-stream' };
    if (key === undefined) return nothing;
    const snapshot = await this.snapshots.load(stream);
    if (snapshot?.version !== STATE_VERSION) return nothing;
    if (!(await this.isRecorded(stream, snapshot.revision))) return nothing;
    const state = openJson(key, snapshotContext(stream), snapshot.sealed) as PasskeyAccount;
    return { state, revision: snapshot.revision };
  }

  /** A snapshot ahead of the events is of events that are no more: a backup of them was restored. */
  private async isRecorded(stream: string, revision: Revision): Promise<boolean> {
    for await (const _recorded of this.store.readStream(stream, revision)) return true;
    return false;
  }
}

function nextRevision(revision: Revision | 'no-stream'): Revision {
  return revision === 'no-stream' ? 0 : revision + 1;
}

function snapshotContext(stream: string): string {
  return `snapshot|${stream}|${STATE_VERSION}`;
}
