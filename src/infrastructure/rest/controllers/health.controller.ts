import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JobQueue } from '../../../application/ports/jobs.js';
import { JOB_QUEUE } from '../../../application/ports/jobs.js';
import type { Tokens } from '../../../application/ports/tokens.js';
import { TOKENS } from '../../../application/ports/tokens.js';
import { CommandMetrics } from '../../observability/command-metrics.js';
import type { ProcessReport } from '../../../application/processes/process-runner.js';
import { ProcessRunner } from '../../../application/processes/process-runner.js';
import type { ProjectionReport } from '../../../application/projections/projection-report.js';
import { ProjectionRunner } from '../../../application/projections/projection-runner.js';

/** For whoever runs the service, and the keys that its tokens are checked with. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly projections: ProjectionRunner,
    private readonly processes: ProcessRunner,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly metrics: CommandMetrics,
    @Inject(TOKENS) private readonly tokens: Tokens,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live(): object {
    return { status: 'ok' };
  }

  /** It can do its work: the store answers, and no projection and no process has stopped. Dead jobs are an operator's. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const projections = await this.projections.report();
    const processes = await this.processes.report();
    const jobs = await this.jobs.counts();
    const ready = [...projections, ...processes].every(({ status }) => status !== 'stopped');
    if (!ready) reply.status(503);
    return {
      status: ready ? 'ok' : 'degraded',
      projections: projections.map(shownProjection),
      processes: processes.map(shownProcess),
      jobs,
    };
  }

  @Get('metrics')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    for (const { projection, lag } of await this.projections.report()) this.metrics.setLag(projection, lag);
    for (const { process, lag } of await this.processes.report()) this.metrics.setProcessLag(process, lag);
    this.metrics.setJobs(await this.jobs.counts());
    reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('.well-known/jwks.json')
  keySet(@Res({ passthrough: true }) reply: FastifyReply): object {
    reply.header('cache-control', 'public, max-age=300');
    return this.tokens.keySet();
  }
}

/** Anyone may ask, and a position counts the events of every product: only how far behind is shown. */
function shownProjection({ failure, rebuild, position: _position, ...report }: ProjectionReport): object {
  return {
    ...report,
    failure: shownFailure(failure),
    rebuild: rebuild && { remaining: rebuild.total - rebuild.done, perSecond: rebuild.perSecond },
  };
}

function shownProcess({ failure, position: _position, ...report }: ProcessReport): object {
  return { ...report, failure: shownFailure(failure) };
}

function shownFailure(failure: ProjectionReport['failure']): object | null {
  if (failure === null) return null;
  const event = failure.kind === 'event' ? { eventId: failure.eventId, type: failure.type } : {};
  return { kind: failure.kind, ...event, error: { name: failure.error.name } };
}
