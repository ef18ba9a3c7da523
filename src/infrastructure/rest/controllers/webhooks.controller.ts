import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/clock.js';
import type { JobQueue } from '../../../application/ports/jobs.js';
import { JOB_QUEUE } from '../../../application/ports/jobs.js';
import { ConfiguredLiveness } from '../../liveness/configured-liveness.js';
import { isSigned, readDelivery } from '../../liveness/sumsub/sumsub-webhook.js';
import { Refused } from '../problem.js';
import { rawBodyOf } from '../raw-body.js';

/**
 * What providers send us unasked. It is believed for nothing but as a reason to ask: the job that it leaves asks the provider
 * itself, once for each delivery, however often that comes.
 */
@ApiExcludeController()
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly liveness: ConfiguredLiveness,
    @Inject(JOB_QUEUE) private readonly jobs: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('sumsub/:rp')
  @HttpCode(204)
  async sumsub(@Req() request: FastifyRequest, @Param('rp') rp: string): Promise<void> {
    const credentials = this.liveness.sumsubOf(rp);
    const rawBody = rawBodyOf(request);
    const headers = { digest: header(request, DIGEST), algorithm: header(request, ALGORITHM) };
    // A product that there is not refuses in the same words as a wrong signature.
    if (credentials === undefined || rawBody === undefined) throw new Refused('webhook-refused');
    if (!isSigned(rawBody, headers, credentials.webhookSecret)) throw new Refused('webhook-refused');

    const delivery = readDelivery(request.body, this.liveness.sandboxCounts);
    if (delivery.kind === 'sandbox') throw new Refused('webhook-refused');
    if (delivery.kind === 'malformed') {
      throw new Refused('request-invalid', { errors: [{ pointer: '', detail: 'is not a delivery' }] });
    }
    if (delivery.kind !== 'ask') return;
    const { account, resetId, name } = delivery;
    const payload = { rp, subject: account, resetId };
    const id = `heed-liveness.${rp}.${name}`;
    await this.jobs.enqueue([{ id, kind: 'heed-liveness', payload, runAt: this.clock.now() }]);
  }
}

const DIGEST = 'x-payload-digest';
const ALGORITHM = 'x-payload-digest-alg';

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
