import { createHmac } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.js';
import type { Webhook, WebhookSender } from '../../application/ports/webhooks.js';
import type { Instant } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { RelyingParty } from '../../domain/policy/relying-party.js';
import type { WebhookSecrets } from '../config/webhook-settings.js';
import { webhookVariable } from '../config/webhook-settings.js';
import { toJson } from '../rest/json.js';
import type { PositionTokens } from '../tokens/position-tokens.js';
import type { ProductReceiver, Receivers } from './receivers.js';

/** Of the bodies' shape. It is raised where a receiver has to be changed, which is never for a member more. */
const VERSION = 1;

interface Backend {
  readonly receiver: ProductReceiver;
  readonly secrets: WebhookSecrets;
}

/** Webhooks as Standard Webhooks 1.0 has them, signed by HMAC-SHA256 with every secret of the product. */
export class StandardWebhooks implements WebhookSender {
  private readonly backends = new Map<string, Backend>();

  /** @throws where a product's policy has webhooks and there is nothing to sign them with */
  constructor(
    policies: readonly RelyingParty[],
    secrets: ReadonlyMap<string, WebhookSecrets>,
    private readonly positions: PositionTokens,
    private readonly clock: Clock,
    receivers: Receivers,
  ) {
    for (const { slug, webhooks } of policies) {
      if (webhooks === undefined) continue;
      const own = secrets.get(slug) ?? [];
      if (own.length === 0)
        throw new Error(
          `${webhookVariable(slug)}: the policy of ${slug} has webhooks, and nothing signs them`,
        );
      const receiver = receivers.at({ rp: slug, takes: 'webhooks', url: webhooks.url });
      this.backends.set(slug, { receiver, secrets: own });
    }
  }

  async send(policy: RelyingParty, webhook: Webhook): Promise<void> {
    const backend = this.backends.get(policy.slug);
    if (backend === undefined) throw new Error('a product without webhooks was to be sent one');
    const body = this.bodyOf(policy, webhook);
    const headers = signedHeaders(webhook.id, this.clock.now(), body, backend.secrets);
    await backend.receiver.post({ ...headers, 'content-type': 'application/json' }, body);
  }

  private bodyOf({ slug }: RelyingParty, { accountId, at, data, position, type }: Webhook): string {
    const account = accountId === null ? {} : { accountId };
    return JSON.stringify({
      type,
      version: VERSION,
      timestamp: new Date(at).toISOString(),
      data: toJson({
        relyingParty: slug,
        ...account,
        ...data,
        position: this.positions.issue(slug, position),
      }),
    });
  }
}

/** @param id a UUID: whatever has no full stop, for those divide what is signed */
export function signedHeaders(
  id: string,
  now: Instant,
  body: string,
  secrets: WebhookSecrets,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(now / SECOND));
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
