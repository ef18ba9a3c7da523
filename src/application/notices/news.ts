import type { Duration } from '../../domain/kernel/time.js';
import { DAY } from '../../domain/kernel/time.js';

/**
 * Nobody is told of its own accord of what happened longer ago: it would be taken for news. Where jobs were lost, those of every event are
 * made again.
 */
export const NEWS_FOR: Duration = 3 * DAY;
