import { belowPolicy } from './below-policy.js';
import { dormantPasskeys } from './dormant-passkeys.js';
import { erasures } from './erasures.js';
import { factors } from './factors.js';
import { historyAccess } from './history-access.js';
import { lockOuts } from './lock-outs.js';
import { onboarding } from './onboarding.js';
import { passkeyAdoption } from './passkey-adoption.js';
import { passkeyInventory } from './passkey-inventory.js';
import type { Report, ReportName } from './report.js';
import { resets } from './resets.js';
import { stepUps } from './step-ups.js';

/** Every report, in the order in which they are listed. */
export const REPORTS: readonly Report[] = [
  passkeyAdoption,
  passkeyInventory,
  onboarding,
  resets,
  stepUps,
  factors,
  lockOuts,
  dormantPasskeys,
  belowPolicy,
  erasures,
  historyAccess,
];

export function reportNamed(name: string): Report | undefined {
  return REPORTS.find((report) => report.name === (name as ReportName));
}
