import { accountHistory } from './account-history.js';
import { accountOverview } from './account-overview.js';
import { accountResets } from './account-resets.js';
import { eventLog } from './event-log.js';
import { compliance } from './compliance/compliance.js';
import { passkeyList } from './passkey-list.js';
import { signInApprovals } from './sign-in-approvals.js';
import { trustedDevices } from './trusted-devices.js';
import type { Projection } from './projection.js';

/** Every read model of the service. */
export const PROJECTIONS: readonly Projection[] = [
  passkeyList,
  accountOverview,
  accountHistory,
  accountResets,
  trustedDevices,
  signInApprovals,
  eventLog,
  compliance,
];
