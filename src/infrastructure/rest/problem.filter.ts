import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/clock.js';
import { unavailabilityOf } from '../../application/ports/unavailable.js';
import { SECOND } from '../../domain/kernel/time.js';
import { LOGGER } from '../observability/logger.js';
import { problemOf, Refused } from './problem.js';

/** Every error leaves as problem details (RFC 9457); one that nobody expected says nothing of what it was. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    // What breaks off midway has its head out already. Who makes its body says in the log why.
    if (reply.raw.headersSent) return;
    const refused = this.refusedBy(error, http.getRequest<FastifyRequest>());
    const problem = problemOf(refused);
    if (problem.status === 429) reply.header('retry-after', this.secondsUntil(refused.details['until']));
    if (problem.status === 503) reply.header('retry-after', '1');
    if (problem.status === 401) reply.header('www-authenticate', challengeOf(refused));
    void reply.status(problem.status).type('application/problem+json').send(problem);
  }

  /** RFC 9110 §10.2.3. */
  private secondsUntil(until: unknown): string {
    const left = typeof until === 'number' ? until - this.clock.now() : 0;
    return String(Math.max(1, Math.ceil(left / SECOND)));
  }

  private refusedBy(error: unknown, request: FastifyRequest): Refused {
    if (error instanceof Refused) return error;
    const status = statusOf(error);
    // 403 is what the server of files answers to a path that leads out of its folder.
    if (status === 404 || status === 403) return new Refused('not-found');
    if (status === 413) return new Refused('body-too-large');
    if (status === 415) return new Refused('media-type-not-supported');
    if (status !== undefined && status >= 400 && status < 500) {
      const detail = status === 400 ? 'is not valid JSON' : 'is not a request that this path answers';
      return new Refused('request-invalid', { errors: [{ pointer: '', detail }] });
    }
    const route = request.routeOptions.url;
    const reason = unavailabilityOf(error);
    if (reason !== undefined) {
      this.logger.warn({ reason, route }, 'a request failed for want of something');
      return new Refused('try-again');
    }
    this.logger.error({ err: error, route }, 'a request failed unexpectedly');
    return new Refused('internal');
  }
}

/** RFC 6750 §3; where a resource asked for a stronger or fresher sign-in, RFC 9470 §3. */
function challengeOf({ details }: Refused): string {
  const { challenge } = details;
  return typeof challenge === 'string' ? challenge : 'Bearer';
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error === 'object' && error !== null && 'statusCode' in error) {
    return typeof error.statusCode === 'number' ? error.statusCode : undefined;
  }
  return undefined;
}
