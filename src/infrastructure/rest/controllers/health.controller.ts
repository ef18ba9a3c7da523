import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Tokens } from '../../../application/ports/tokens.js';
import { TOKENS } from '../../../application/ports/tokens.js';
import { CommandMetrics } from '../../observability/command-metrics.js';
import { ProjectionRunner } from '../../../application/projections/projection-runner.js';

/** For whoever runs the service, and the keys that its tokens are checked with. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly projections: ProjectionRunner,
    private readonly metrics: CommandMetrics,
    @Inject(TOKENS) private readonly tokens: Tokens,
  ) {}

  /** The process answers. */
  @Get('health/live')
  live(): object {
    return { status: 'ok' };
  }

  /** It can do its work: the store answers, and no projection has stopped. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const projections = await this.projections.report();
    const ready = projections.every(({ status }) => status !== 'stopped');
    if (!ready) reply.status(503);
    return { status: ready ? 'ok' : 'degraded', projections };
  }

  @Get('metrics')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    for (const { projection, lag } of await this.projections.report()) this.metrics.setLag(projection, lag);
    reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }

  @Get('.well-known/jwks.json')
  keySet(@Res({ passthrough: true }) reply: FastifyReply): object {
    reply.header('cache-control', 'public, max-age=300');
    return this.tokens.keySet();
  }
}
