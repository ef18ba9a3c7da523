import type { KillableService } from './killable-service.js';

interface KeptUp {
  readonly status: 'running' | 'stopped' | 'elsewhere';
  readonly lag: number;
}

/** What `/health/ready` tells. */
export interface Health {
  readonly status: string;
  readonly projections: readonly KeptUp[];
  readonly processes: readonly KeptUp[];
  readonly jobs: Readonly<Record<'waiting' | 'due' | 'running' | 'dead', number>>;
}

/** Undefined where it isn't ready, or isn't there. */
export async function healthOf(process: KillableService): Promise<Health | undefined> {
  return (await process.get('/health/ready').catch(() => undefined)) as Health | undefined;
}

/** This process feeds the read models. */
export async function feeds(process: KillableService): Promise<boolean> {
  return areRunning((await healthOf(process))?.projections);
}

/** This process makes jobs of events. */
export async function follows(process: KillableService): Promise<boolean> {
  return areRunning((await healthOf(process))?.processes);
}

/** One of these is ready and makes jobs of events, of every one by now; and all that were due are done. */
export async function haveNothingDue(...processes: readonly KillableService[]): Promise<boolean> {
  const healths = await Promise.all(processes.map(healthOf));
  // What one tells of another's processes is where they last kept their place, which they do now and then.
  return healths.some(
    (health) =>
      health?.jobs.due === 0 &&
      health.jobs.running === 0 &&
      health.processes.every(({ lag, status }) => status === 'running' && lag === 0),
  );
}

function areRunning(kept: readonly KeptUp[] | undefined): boolean {
  return kept?.every(({ status }) => status === 'running') === true;
}
