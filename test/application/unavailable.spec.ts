import { describe, expect, it } from '@jest/globals';
import { Unavailable, unavailabilityOf } from '../../src/application/ports/unavailable.js';
import { EventStoreUnavailable } from '../../src/infrastructure/event-store/eventstoredb/event-store-failure.js';
import { PostgresFailure } from '../../src/infrastructure/postgres/postgres-failure.js';
import { ReadModelOutdated } from '../../src/infrastructure/read-models/read-model-outdated.js';

describe('what a failure says of itself', () => {
  it.each([
    ['something that can’t be reached', new Unavailable('redis-unreachable'), 'redis-unreachable'],
    ['a database that is away', new PostgresFailure('lost', 'ECONNREFUSED', ''), 'postgres-lost'],
    ['a statement that took too long', new PostgresFailure('timed-out', '57014', ''), 'postgres-timed-out'],
    ['an event store that is away', new EventStoreUnavailable(new Error()), 'eventstoredb-unreachable'],
    ['rows that a release is rebuilding', new ReadModelOutdated('passkey-list'), 'read-model-outdated'],
  ])('lets %s be asked again', (_, failure, reason) => {
    expect(unavailabilityOf(failure)).toBe(reason);
  });

  it.each([
    ['a value that its column doesn’t hold', new PostgresFailure('data', '22003', '')],
    ['a statement that is wrong', new PostgresFailure('other', '42601', '')],
    ['any other error', new Error('unavailable')],
    ['what is no error', { unavailable: true, reason: 'made up' }],
  ])('owns up to %s', (_, failure) => {
    expect(unavailabilityOf(failure)).toBeUndefined();
  });
});
