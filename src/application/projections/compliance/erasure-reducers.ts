import { deletedAccount } from '../deleted-account.js';
import type { Reducers } from '../define-projection.js';
import type { ProjectedEvent, Write } from '../projection.js';
import { counted, countedForEach, MEASURES } from './counting.js';
import { UNKNOWN } from './device-facts.js';
import { ACCOUNTS, ENTRIES, ERASURES, PASSKEYS } from './tables.js';

/**
 * Counts stay, for they are of nobody. What was taken from the sealed part of an event goes, as it does when the events are
 * read anew without the key: the passkeys of the account, all removed by now, were added on a platform that nobody knows.
 */
export const ERASURE_REDUCERS: Reducers<'AccountErased'> = {
  AccountErased(projected) {
    const { actor, event, rp, subject } = projected;
    const row = { rp, receipt_id: event.data.receiptId, erased_at: event.at, actor };
    return [
      { kind: 'put', table: ERASURES.name, row },
      counted(projected, MEASURES.accounts, 'erased'),
      ...forgottenPlatforms(projected, MEASURES.added, 'registered_slot'),
      ...forgottenPlatforms(projected, MEASURES.removed, 'removed_slot'),
      {
        kind: 'amend',
        table: PASSKEYS.name,
        where: { rp, subject },
        set: { platform: UNKNOWN, device: UNKNOWN },
      },
      deletedAccount(projected, ACCOUNTS),
      deletedAccount(projected, ENTRIES),
    ];
  },
};

function forgottenPlatforms(
  projected: ProjectedEvent,
  measure: 'added' | 'removed',
  slot: 'registered_slot' | 'removed_slot',
): readonly Write[] {
  const { rp, subject } = projected;
  const passkeys = { table: PASSKEYS.name, where: { rp, subject } };
  const what = 'platform';
  return [
    countedForEach(projected, measure, { what }, { ...passkeys, key: { slot, how: 'platform' } }, -1),
    countedForEach(projected, measure, { what, how: UNKNOWN }, { ...passkeys, key: { slot } }),
  ];
}
