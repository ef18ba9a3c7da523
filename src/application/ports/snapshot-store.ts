import type { Revision } from './event-store.js';

/** A sealed copy of an account's state at a revision. Losing one costs time, never truth. */
export interface Snapshot {
  readonly revision: Revision;
  /** Of the state's shape: another version is ignored. */
  readonly version: number;
  readonly sealed: Uint8Array;
}

export interface SnapshotStore {
  load(stream: string): Promise<Snapshot | undefined>;
  save(stream: string, snapshot: Snapshot): Promise<void>;
  delete(stream: string): Promise<void>;
}

export const SNAPSHOT_STORE = Symbol('SnapshotStore');
