import { noticeJob } from '../notices/notice-jobs.js';
import { TOLD_TYPES } from '../notices/notices-of-events.js';
import type { Process } from './process.js';

/** Has the account holder told of what happened. */
export const notices: Process = {
  name: 'notices',
  handles: TOLD_TYPES,
  when: ({ event, eventId, revision, stream }) => [noticeJob({ eventId, revision, stream }, event.at)],
};
