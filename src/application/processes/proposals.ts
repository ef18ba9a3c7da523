import { expireProposalJob } from '../jobs/expire-proposal.js';
import { defineProcess } from './process.js';

/** Ends the wait of factors that nobody confirms. */
export const proposals = defineProcess('proposals', {
  FactorsChanged: ({ event, eventId, stream }) =>
    event.data.changes
      .filter(({ change }) => change === 'proposed')
      .map(({ factor }) => expireProposalJob(eventId, stream, factor, event.at)),
});
