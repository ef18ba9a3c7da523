import { describe, expect, it } from '@jest/globals';
import type { BatchedEvent } from '../../src/application/projections/event-batch.js';
import { FedProjection } from '../../src/application/projections/fed-projection.js';
import { eventFailure } from '../../src/application/projections/projection-failure.js';
import type { Projection } from '../../src/application/projections/projection.js';
import type { AccountEventType } from '../../src/domain/account/events.js';
import { projected, sample } from './account-events.js';

const COUNTING: Projection = {
  name: 'counting',
  version: 3,
  tables: [],
  handles: ['PasskeyUsed', 'AccountLocked'],
  readsPersonal: [],
  when({ event, position }) {
    if (event.type === 'AccountLocked') throw new Error('locked');
    return [{ kind: 'delete', table: 'counting', where: { position } }];
  },
};

const recorded = (position: number, type: string) => ({
  stream: 'account-mpchat.ann',
  revision: position,
  position,
  eventId: `event-${position}`,
  type,
  body: new Uint8Array(),
});

const batched = (position: number, type: AccountEventType): BatchedEvent => ({
  recorded: recorded(position, type),
  outcome: projected(sample(type), { position }),
});

const step = (position: number) => ({
  position,
  eventId: `event-${position}`,
  type: 'PasskeyUsed',
  writes: [{ kind: 'delete', table: 'counting', where: { position } }],
});

const at = (position: number) =>
  new FedProjection(COUNTING, { projection: 'counting', number: 8, version: 3, position });

describe('what a batch holds for a projection', () => {
  it('is what it handles of the events after where it is, up to the last one', () => {
    const batch = [
      batched(4, 'PasskeyUsed'),
      batched(5, 'PasskeyUsed'),
      batched(6, 'PasskeyUsed'),
      { recorded: recorded(7, 'CredentialClaimed') },
      batched(8, 'PasskeyUsed'),
      batched(9, 'PasskeyRenamed'),
    ];
    expect(at(5).plan(batch)).toStrictEqual({
      advance: { projection: 'counting', generation: 8, from: 5, steps: [step(6), step(8)], to: 9 },
    });
  });

  it('is nothing where it is further than the batch', () => {
    expect(at(9).plan([batched(8, 'PasskeyUsed'), batched(9, 'AccountLocked')])).toStrictEqual({
      advance: { projection: 'counting', generation: 8, from: 9, steps: [], to: 9 },
    });
  });

  it('ends before the event that it can’t project', () => {
    const batch = [batched(6, 'PasskeyUsed'), batched(7, 'AccountLocked'), batched(8, 'PasskeyUsed')];
    expect(at(5).plan(batch)).toStrictEqual({
      advance: { projection: 'counting', generation: 8, from: 5, steps: [step(6)], to: 6 },
      failure: {
        kind: 'event',
        position: 7,
        eventId: 'event-7',
        type: 'AccountLocked',
        error: {
          name: 'Error',
          message: 'event event-7 (AccountLocked) at position 7 could not be projected',
        },
      },
    });
  });

  it('ends before an event that could not be decoded, if it handles it or nobody knows what it is', () => {
    const undecoded = (position: number, type: string): BatchedEvent => ({
      recorded: recorded(position, type),
      outcome: eventFailure(recorded(position, type), 'could not be decoded'),
    });
    const planned = (type: string) => at(5).plan([undecoded(6, type), batched(7, 'PasskeyUsed')]);
    expect(planned('PasskeyUsed')).toMatchObject({ advance: { steps: [], to: 5 }, failure: { position: 6 } });
    expect(planned('AccountTeleported')).toMatchObject({ advance: { to: 5 }, failure: { position: 6 } });
    expect(planned('PasskeyRenamed')).toStrictEqual({
      advance: { projection: 'counting', generation: 8, from: 5, steps: [step(7)], to: 7 },
    });
  });
});
