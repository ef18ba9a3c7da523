import { securityEventJob } from '../security-events/security-event-jobs.js';
import { SECURITY_EVENT_TYPES } from '../security-events/security-events-of.js';
import type { Process } from './process.js';

/** Has the product's receiver told of what changes how its accounts are proven. */
export const securityEvents: Process = {
  name: 'security-events',
  handles: SECURITY_EVENT_TYPES,
  when: ({ event, eventId, revision, rp, stream }) => [
    securityEventJob({ rp, eventId, at: event.at, stream, revision }),
  ],
};
