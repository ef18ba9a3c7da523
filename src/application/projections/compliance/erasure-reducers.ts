import { deletedAccount } from '../deleted-account.js';
import type { Reducers } from '../define-projection.js';
import type { ProjectedEvent, Write } from '../projection.js';
import { counted, countedForEach, MEASURES, slotOf } from './counting.js';
import { UNKNOWN } from './device-facts.js';
import { removedPasskeys, WITH_PASSKEY } from './passkey-reducers.js';
import { ACCOUNTS, ENTRIES, ERASURES, NEVER, PASSKEYS } from './tables.js';

/**
 * Counts stay, for they are of nobody, and so do rows of passkeys, under the name of the receipt. What was taken from the
 * sealed part of an event goes, as it does when the events are read anew without the key: these passkeys were added on a
 * platform that nobody knows.
 */
export const ERASURE_REDUCERS: Reducers<'AccountErased'> = {
  AccountErased(projected) {
    const { actor, event, rp, subject } = projected;
    const row = { rp, receipt_id: event.data.receiptId, erased_at: event.at, actor };
    const account = { rp, subject };
    const slot = slotOf(event.at);
    return [
      // They are removed by now; whatever is not goes with the account.
      ...removedPasskeys(projected, account),
      countedForEach(
        projected,
        MEASURES.removed,
        { what: WITH_PASSKEY, how: '' },
        { table: ACCOUNTS.name, where: { ...account, has_passkey: 1 }, key: {} },
      ),
      {
        kind: 'amend',
        table: PASSKEYS.name,
        where: { ...account, removed_at: NEVER },
        set: { removed_at: event.at, removed_slot: slot, removed_why: 'account-erased' },
      },
      { kind: 'put', table: ERASURES.name, row },
      counted(projected, MEASURES.accounts, 'erased'),
      ...forgottenPlatforms(projected, MEASURES.added, 'registered_slot'),
      ...forgottenPlatforms(projected, MEASURES.removed, 'removed_slot'),
      {
        kind: 'amend',
        table: PASSKEYS.name,
        where: account,
        set: { subject: event.data.receiptId, platform: UNKNOWN, device: UNKNOWN },
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
