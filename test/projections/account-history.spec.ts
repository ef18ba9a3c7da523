import { describe, expect, it } from '@jest/globals';
import { accountHistory } from '../../src/application/projections/account-history.js';
import { EVERY_TYPE, projected, sample } from './account-events.js';

describe('account-history', () => {
  it('keeps an event with its data in clear, and its personal part not at all', () => {
    expect(accountHistory.when(projected(sample('AccountLocked')))).toStrictEqual([
      {
        kind: 'put',
        table: 'account-history',
        row: {
          position: 17,
          rp: 'mpchat',
          subject: 'subject-1',
          revision: 4,
          type: 'AccountLocked',
          at: 1_600,
          actor: 'client',
          correlation_id: 'correlation-1',
          event_id: '3f0c1a52-8a7e-4c8e-9d51-0d6b6a6e2f10',
          data: '{"until":9000,"why":"too-many-failures","failuresInWindow":10}',
        },
      },
    ]);
  });

  it.each(EVERY_TYPE)('keeps every %s, and nothing personal of it in clear', (type) => {
    const event = sample(type);
    const [write, ...others] = accountHistory.when(projected(event));
    expect(others).toStrictEqual([]);
    expect(write).toMatchObject({ kind: 'put', row: { type, data: JSON.stringify(event.data) } });
    const clear = JSON.stringify(write);
    for (const value of Object.values(event.personal)) {
      if (typeof value === 'string') expect(clear).not.toContain(value);
    }
  });

  it('handles every event there is and reads the personal part of none', () => {
    expect([...accountHistory.handles].sort()).toStrictEqual([...EVERY_TYPE].sort());
    expect(accountHistory.readsPersonal).toStrictEqual([]);
  });
});
