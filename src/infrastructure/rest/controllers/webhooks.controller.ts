import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/clock.js';
import type { JobQueue } from '../../../application/ports/jobs.js';
import { JOB_QUEUE } from '../../../application/ports/jobs.js';
import type { LivenessRefusals, WebhookRefusal } from '../../../application/ports/liveness-refusals.js';
import { LIVENESS_REFUSALS } from '../../../application/ports/liveness-refusals.js';
import type { Policies } from '../../../application/ports/relying-parties.js';
import { POLICIES } from '../../../application/ports/relying-parties.js';
import { as } from '../../../domain/kernel/ids.js';
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
    @Inject(POLICIES) private readonly policies: Policies,
    @Inject(LIVENESS_REFUSALS) private readonly refusals: LivenessRefusals,
  ) {}

  @Post('sumsub/:rp')
  @HttpCode(204)
  async sumsub(@Req() request: FastifyRequest, @Param('rp') rp: string): Promise<void> {
    const credentials = this.liveness.sumsubOf(rp);
    const rawBody = rawBodyOf(request);
    const headers = { digest: header(request, DIGEST), algorithm: header(request, ALGORITHM) };
    // A product that there is not refuses in the same words as a wrong signature.
    if (credentials === undefined) throw this.refused(rp, 'product');
    if (rawBody === undefined || !isSigned(rawBody, headers, credentials.webhookSecret)) {
      throw this.refused(rp, 'signature');
    }

    const delivery = readDelivery(request.body, this.liveness.sandboxCounts);
    if (delivery.kind === 'sandbox') throw this.refused(rp, 'sandbox');
    if (delivery.kind === 'malformed') {
      this.note(rp, 'malformed');
      throw new Refused('request-invalid', { errors: [{ pointer: '', detail: 'is not a delivery' }] });
    }
    if (delivery.kind !== 'ask') return;
    const { account, resetId, name } = delivery;
    const payload = { rp, subject: account, resetId };
    const id = `heed-liveness.${rp}.${name}`;
    await this.jobs.enqueue([{ id, kind: 'heed-liveness', payload, runAt: this.clock.now() }]);
  }

  private refused(rp: string, reason: WebhookRefusal): Refused {
    this.note(rp, reason);
    return new Refused('webhook-refused');
  }

  private note(rp: string, reason: WebhookRefusal): void {
    this.refusals.webhook(this.policies.find(as(rp))?.slug ?? null, reason);
  }
}

const DIGEST = 'x-payload-digest';
const ALGORITHM = 'x-payload-digest-alg';

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
