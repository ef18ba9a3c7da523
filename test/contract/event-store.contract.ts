import { afterEach, beforeEach, describe } from '@jest/globals';
import { appendingContract } from './event-store-appending.contract.js';
import { concurrencyContract } from './event-store-concurrency.contract.js';
import { idempotencyContract } from './event-store-idempotency.contract.js';
import { readingContract } from './event-store-reading.contract.js';
import type { FindsIds, OpenEventStore } from './event-store-samples.js';
import { subscriptionContract } from './event-store-subscription.contract.js';

/**
 * What every event store keeps to.
 * @param open a store with an empty log
 * @param finds where it notices that an id is used again: in the whole log, or only where the append itself would stand
 */
export function eventStoreContract(
  name: string,
  open: () => Promise<OpenEventStore>,
  finds: FindsIds = 'anywhere',
): void {
  describe(name, () => {
    let opened: OpenEventStore;
    const current = () => opened;

    beforeEach(async () => {
      opened = await open();
    });

    afterEach(async () => {
      await opened.close();
    });

    appendingContract(current);
    idempotencyContract(current, finds);
    concurrencyContract(current, finds);
    readingContract(current);
    subscriptionContract(current);
  });
}
