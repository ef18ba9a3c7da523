import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ACCOUNT_EVENT_TYPES } from '../../src/application/projections/account-event-types.js';

it('B9: the pages have words for everything that can happen to an account', () => {
  const texts = readFileSync('web/src/texts/english.ts', 'utf8');
  expect(ACCOUNT_EVENT_TYPES.filter((type) => !texts.includes(`'event.${type}'`))).toStrictEqual([]);
});
