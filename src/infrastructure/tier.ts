import type { CeremonyGate } from '../application/ports/ceremony-gate.js';
import type { EphemeralStore } from '../application/ports/ephemeral-store.js';
import type { EventCodec } from '../application/ports/event-codec.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { JobQueue } from '../application/ports/jobs.js';
import type { Keyring } from '../application/ports/keyring.js';
import type { RateLimits } from '../application/ports/rate-limits.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { SnapshotStore } from '../application/ports/snapshot-store.js';
import type { ProcessReport } from '../application/processes/process-runner.js';
import type { ProjectionReport } from '../application/projections/projection-report.js';
import type { CheckpointStore } from './audit/stored-checkpoints.js';
import type { ClosingStep } from './closing.js';
import type { KeyMaterial } from './keys/key-material.js';
import type { ApiKeyStore } from './service/api-keys.js';
import type { SigningKeyStore } from './tokens/signing-keys.js';
import type { GoneReceiverStore } from './webhooks/gone-receivers.js';

/** What goes on with the events, in this process or in another one. */
export interface KeptUp<Report> {
  start(): Promise<void>;
  /** What has begun is finished. */
  stop(): Promise<void>;
  report(): Promise<readonly Report[]>;
}

/** Everything that keeps something: on one machine and in one folder, or wherever any number of processes share it. */
export interface Tier {
  /** Of the root key, which the master key opens. */
  readonly keys: KeyMaterial;
  readonly apiKeys: ApiKeyStore;
  readonly signingKeys: SigningKeyStore;
  /** Of security event tokens. */
  readonly eventSigningKeys: SigningKeyStore;
  readonly checkpoints: CheckpointStore;
  readonly goneReceivers: GoneReceiverStore;
  readonly events: EventStore;
  readonly codec: EventCodec;
  readonly keyring: Keyring;
  readonly snapshots: SnapshotStore;
  readonly ephemeral: EphemeralStore;
  readonly gate: CeremonyGate;
  readonly rateLimits: RateLimits;
  readonly readModels: ReadModels;
  readonly projections: KeptUp<ProjectionReport>;
  readonly jobs: JobQueue;
  readonly processes: KeptUp<ProcessReport>;
  /** What is brought to its end when nobody asks any more, in this order. */
  readonly closing: readonly ClosingStep[];
}
