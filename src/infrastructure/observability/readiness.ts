import { Inject, Injectable } from '@nestjs/common';
import type { ProcessReport } from '../../application/processes/process-runner.js';
import type { ProjectionReport } from '../../application/projections/projection-report.js';
import type { KeptUp } from '../tier.js';

export const PROJECTIONS_KEPT_UP = Symbol('projections');
export const PROCESSES_KEPT_UP = Symbol('processes');

export interface ReadinessReport {
  readonly ready: boolean;
  readonly projections: readonly ProjectionReport[];
  readonly processes: readonly ProcessReport[];
}

/** Whether the service can do its work: the store answers, and no projection and no process has stopped. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(PROJECTIONS_KEPT_UP) private readonly projections: KeptUp<ProjectionReport>,
    @Inject(PROCESSES_KEPT_UP) private readonly processes: KeptUp<ProcessReport>,
  ) {}

  /** @throws where the store doesn't answer */
  async report(): Promise<ReadinessReport> {
    const projections = await this.projections.report();
    const processes = await this.processes.report();
    const ready = [...projections, ...processes].every(({ status }) => status !== 'stopped');
    return { ready, projections, processes };
  }
}
