import { afterEach, beforeEach, describe } from '@jest/globals';
import { appendingContract } from './event-store-appending.contract.js';
import { concurrencyContract } from './event-store-concurrency.contract.js';
import { idempotencyContract } from './event-store-idempotency.contract.js';
import { readingContract } from './event-store-reading.contract.js';
import type { OpenEventStore } from './event-store-samples.js';
import { subscriptionContract } from './event-store-subscription.contract.js';

/**
 * What every event store keeps to.
 * @param open a store with an empty log
 */
export function eventStoreContract(name: string, open: () => Promise<OpenEventStore>): void {
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
    idempotencyContract(current);
    concurrencyContract(current);
    readingContract(current);
    subscriptionContract(current);
  });
}
