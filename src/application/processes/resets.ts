import { SECOND } from '../../domain/kernel/time.js';
import { defineProcess } from './process.js';

/** In ms. Somebody looks into a camera first; before that there is no verdict. */
const FIRST_QUESTION = 20 * SECOND;

/** Every reset comes to an end: it is asked about until there is a verdict, and expires without one. */
export const resets = defineProcess('resets', {
  LivenessResetRequested({ event: { at, data }, eventId, rp, subject }) {
    const payload = { rp, subject, resetId: data.resetId };
    return [
      { id: `expire-reset.${eventId}`, kind: 'expire-reset', payload, runAt: data.expiresAt },
      {
        id: `ask-liveness.${eventId}`,
        kind: 'ask-liveness',
        payload: { ...payload, since: at },
        runAt: at + FIRST_QUESTION,
      },
    ];
  },
});
