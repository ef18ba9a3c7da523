import { notices } from './notices.js';
import type { Process } from './process.js';
import { resets } from './resets.js';

export const PROCESSES: readonly Process[] = [notices, resets];
