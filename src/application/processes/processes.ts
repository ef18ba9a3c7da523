import { erasures } from './erasures.js';
import { notices } from './notices.js';
import { proposals } from './proposals.js';
import type { Process } from './process.js';
import { resets } from './resets.js';
import { securityEvents } from './security-events.js';
import { signInApprovals } from './sign-in-approvals.js';
import { webhooks } from './webhooks.js';

export const PROCESSES: readonly Process[] = [
  erasures,
  notices,
  proposals,
  resets,
  securityEvents,
  signInApprovals,
  webhooks,
];
