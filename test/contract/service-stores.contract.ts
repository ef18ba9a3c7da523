import type { ServiceStores } from '../../src/infrastructure/service/service-stores.js';
import { apiKeysContract } from './api-keys.contract.js';
import { checkpointsContract } from './checkpoints.contract.js';
import { environmentContract } from './environment.contract.js';
import { goneReceiversContract } from './gone-receivers.contract.js';
import { signingKeysContract } from './signing-keys.contract.js';

/** Empty stores under test. */
export interface ServiceStoresUnderTest {
  readonly stores: ServiceStores;
  /** The same ones, as another process has them. */
  another(): Promise<ServiceStores>;
  /** All that is kept, as it is kept. */
  bytes(): Promise<Buffer>;
  close(): Promise<void>;
}

/** What the stores of the service itself must do, whatever they are built on. */
export function serviceStoresContract(open: () => Promise<ServiceStoresUnderTest>): void {
  apiKeysContract(open);
  signingKeysContract(open);
  checkpointsContract(open);
  environmentContract(open);
  goneReceiversContract(open);
}
