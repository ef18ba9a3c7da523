import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ProcessReport } from '../../application/processes/process-runner.js';
import { Unavailable } from '../../application/ports/unavailable.js';
import type { ProjectionReport } from '../../application/projections/projection-report.js';
import type { KeptUp } from '../tier.js';

export const PROJECTIONS_KEPT_UP = Symbol('projections');
export const PROCESSES_KEPT_UP = Symbol('processes');

export interface ReadinessReport {
  readonly ready: boolean;
  readonly projections: readonly ProjectionReport[];
  readonly processes: readonly ProcessReport[];
}

/** In ms: a command may wait for a store that is away, whoever asks for the service's health wants to be told. */
const PATIENCE = 2_000;

/** Whether the service can do its work: the store answers, and no projection and no process has stopped. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(PROJECTIONS_KEPT_UP) private readonly projections: KeptUp<ProjectionReport>,
    @Inject(PROCESSES_KEPT_UP) private readonly processes: KeptUp<ProcessReport>,
  ) {}

  /** @throws where a store doesn't answer, or not for two seconds */
  async report(): Promise<ReadinessReport> {
    const answered = new AbortController();
    const late = delay(PATIENCE, undefined, { signal: answered.signal }).then(() => {
      throw new Unavailable('store-silent');
    });
    try {
      return await Promise.race([this.gathered(), late]);
    } finally {
      answered.abort();
    }
  }

  private async gathered(): Promise<ReadinessReport> {
    const projections = await this.projections.report();
    const processes = await this.processes.report();
    const ready = [...projections, ...processes].every(({ status }) => status !== 'stopped');
    return { ready, projections, processes };
  }
}
