import { notices } from './notices.js';
import type { Process } from './process.js';

export const PROCESSES: readonly Process[] = [notices];
