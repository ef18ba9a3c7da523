import { defineProjection } from '../define-projection.js';
import { COUNTING_REDUCERS } from './counting-reducers.js';
import { ERASURE_REDUCERS } from './erasure-reducers.js';
import { PASSKEY_REDUCERS } from './passkey-reducers.js';
import { passkeyAdded, RESET_REDUCERS } from './reset-reducers.js';
import { ACCOUNTS, COUNTS, DEVICES, ENTRIES, ERASURES, PASSKEYS, RESETS } from './tables.js';

/** What the compliance reports read. */
export const compliance = defineProjection({
  name: 'compliance',
  version: 1,
  tables: [COUNTS, ACCOUNTS, ENTRIES, PASSKEYS, DEVICES, RESETS, ERASURES],
  readsPersonal: ['PasskeyRegistered'],
  on: {
    ...COUNTING_REDUCERS,
    ...PASSKEY_REDUCERS,
    ...RESET_REDUCERS,
    ...ERASURE_REDUCERS,
    PasskeyRegistered: (projected) => [
      ...PASSKEY_REDUCERS.PasskeyRegistered(projected),
      ...passkeyAdded(projected),
    ],
  },
});
