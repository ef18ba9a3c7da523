import type { CheckpointStore } from '../audit/stored-checkpoints.js';
import type { SigningKeyStore } from '../tokens/signing-keys.js';
import type { GoneReceiverStore } from '../webhooks/gone-receivers.js';
import type { ApiKeyStore } from './api-keys.js';
import type { EnvironmentStore } from './environment.js';

/** What the service itself owns, beside what it keeps for accounts. */
export interface ServiceStores {
  readonly environment: EnvironmentStore;
  readonly apiKeys: ApiKeyStore;
  readonly signingKeys: SigningKeyStore;
  /** Of security event tokens. */
  readonly eventSigningKeys: SigningKeyStore;
  readonly checkpoints: CheckpointStore;
  readonly goneReceivers: GoneReceiverStore;
}
