import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JobQueue } from '../../../application/ports/jobs.js';
import { JOB_QUEUE } from '../../../application/ports/jobs.js';
import type { Tokens } from '../../../application/ports/tokens.js';
import { TOKENS } from '../../../application/ports/tokens.js';
import { CommandMetrics } from '../../observability/command-metrics.js';
import { Readiness } from '../../observability/readiness.js';
import { Receivers } from '../../webhooks/receivers.js';
import type { ProcessReport } from '../../../application/processes/process-runner.js';
import type { ProjectionReport } from '../../../application/projections/projection-report.js';

/** For whoever runs the service, and the keys that its tokens are checked with. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    private readonly metrics: CommandMetrics,
    @Inject(TOKENS) private readonly tokens: Tokens,
    private readonly receivers: Receivers,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live(): object {
    return { status: 'ok' };
  }

  /** It can do its work. Dead jobs are an operator's. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { ready, projections, processes } = await this.readiness.report();
    const jobs = await this.jobs.counts();
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
    const { projections, processes } = await this.readiness.report();
    for (const { projection, lag } of projections) this.metrics.setLag(projection, lag);
    for (const { process, lag } of processes) this.metrics.setProcessLag(process, lag);
    this.metrics.setJobs(await this.jobs.counts());
    for (const { gone, rp, takes } of await this.receivers.standing())
      this.metrics.setReceiverGone(rp, takes, gone);
    reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('.well-known/jwks.json')
  keySet(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
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
