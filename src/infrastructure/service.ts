import type { Logger } from 'pino';
import type { AlarmClock } from '../application/ports/clock.js';
import type { RelyingParties } from './config/relying-parties.js';
import type { Settings } from './config/settings.js';
import type { BackgroundTasks } from './background-tasks.js';
import type { Tier } from './tier.js';
import type { Outbox } from './messaging/outbox.js';
import type { CommandMetrics } from './observability/command-metrics.js';

/** What a running service is made of, opened before anything is served. */
export interface Service {
  readonly settings: Settings;
  readonly clock: AlarmClock;
  readonly logger: Logger;
  readonly metrics: CommandMetrics;
  readonly relyingParties: RelyingParties;
  readonly tier: Tier;
  readonly background: BackgroundTasks;
  /** Where messages land in development; null in production. */
  readonly outbox: Outbox | null;
}
