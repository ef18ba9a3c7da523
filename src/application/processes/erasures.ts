import { finishErasureJob } from '../erasure/finish-erasure.js';
import { defineProcess } from './process.js';

/** Every erasure comes to its end, whatever stops the service in between. */
export const erasures = defineProcess('erasures', {
  AccountErased: ({ event, eventId, rp, subject }) => [finishErasureJob(eventId, { rp, subject }, event.at)],
});
