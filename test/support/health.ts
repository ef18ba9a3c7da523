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

/** It is ready, jobs were made of every event, and all that were due are done. */
export async function hasNothingDue(process: KillableService): Promise<boolean> {
  const health = await healthOf(process);
  if (health === undefined) return false;
  const { jobs, processes } = health;
  return jobs.due === 0 && jobs.running === 0 && processes.every(({ lag }) => lag === 0);
}

function areRunning(kept: readonly KeptUp[] | undefined): boolean {
  return kept?.every(({ status }) => status === 'running') === true;
}
