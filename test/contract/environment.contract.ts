import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EnvironmentStore } from '../../src/infrastructure/service/environment.js';
import { claimEnvironment } from '../../src/infrastructure/service/environment.js';
import type { ServiceStoresUnderTest } from './service-stores.contract.js';

export function environmentContract(open: () => Promise<ServiceStoresUnderTest>): void {
  describe('the environment', () => {
    let opened: ServiceStoresUnderTest;
    let others: EnvironmentStore;

    beforeEach(async () => {
      opened = await open();
      others = (await opened.another()).environment;
    });
    afterEach(() => opened.close());

    it.each([
      ['development', 'production'],
      ['production', 'development'],
    ] as const)('is %s for good where that came first', async (first, second) => {
      await claimEnvironment(opened.stores.environment, first, 'database');
      await claimEnvironment(others, first, 'database');
      await expect(claimEnvironment(others, second, 'database')).rejects.toThrow(
        `this database was made in ${first}; it is not opened in ${second}`,
      );
      await claimEnvironment(opened.stores.environment, first, 'database');
    });

    it('is one, though both are claimed at once', async () => {
      const claims = await Promise.allSettled([
        claimEnvironment(opened.stores.environment, 'development', 'data folder'),
        claimEnvironment(others, 'production', 'data folder'),
      ]);
      expect(claims.map(({ status }) => status).sort()).toStrictEqual(['fulfilled', 'rejected']);
    });
  });
}
