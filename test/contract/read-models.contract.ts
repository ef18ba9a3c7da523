import { afterEach, beforeEach, describe } from '@jest/globals';
import { foldingContract } from './read-models-folding.contract.js';
import { generationsContract } from './read-models-generations.contract.js';
import { queryingContract } from './read-models-querying.contract.js';
import type { OpenReadModels } from './read-models-samples.js';
import { writingContract } from './read-models-writing.contract.js';

/**
 * What both sides of the read models keep to, whatever database holds them.
 * @param open ones without any table
 */
export function readModelsContract(name: string, open: () => Promise<OpenReadModels>): void {
  describe(name, () => {
    let opened: OpenReadModels;
    const current = () => opened;

    beforeEach(async () => {
      opened = await open();
    });

    afterEach(() => opened.close());

    writingContract(current);
    foldingContract(current);
    queryingContract(current);
    generationsContract(current);
  });
}
