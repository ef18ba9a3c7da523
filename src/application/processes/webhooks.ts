import { ANNOUNCED_TYPES, publicEventOf } from '../webhooks/public-events.js';
import { webhookJob } from '../webhooks/webhook-jobs.js';
import type { Process } from './process.js';

/** Has the product's backend told of what happened. */
export const webhooks: Process = {
  name: 'webhooks',
  handles: [...ANNOUNCED_TYPES, 'AccountErased'],
  when({ event, eventId, revision, rp, stream }) {
    const { at } = event;
    if (event.type === 'AccountErased') {
      const { receiptId } = event.data;
      return [webhookJob({ rp, eventId, at, source: { receiptId } }, 'account.erased')];
    }
    const told = publicEventOf(event);
    return told === undefined
      ? []
      : [webhookJob({ rp, eventId, at, source: { stream, revision } }, told.type)];
  },
};
