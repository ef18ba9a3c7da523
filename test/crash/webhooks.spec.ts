import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { isGenuine, policiesWith, status, WebhookReceiver } from '../support/webhook-receiver.js';

const ACCOUNT = '/v1/moomoo/accounts/told';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('a webhook whose sending a crash leaves unrecorded', () => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('goes out again under the same id, and what it says is the same', async () => {
    const backend = await WebhookReceiver.start();
    closing.push(() => backend.close());
    // It takes the webhook over and never says so, as where the service is gone by then.
    backend.otherwise = () => undefined;
    const webhooks = { url: backend.url, events: ['account.locked'] };
    const service = new KillableService(temporaryFolder(), await freePort(), undefined, {
      LATCHKEY_POLICIES: policiesWith({ moomoo: { webhooks } }),
      LATCHKEY_WEBHOOK_MOOMOO_SECRET: SECRET,
    });
    closing.push(() => service.kill());
    await service.start();
    const send = async (path: string, body: object) => {
      const answer = await service.post(
        path === '' ? 'PUT' : 'POST',
        `${ACCOUNT}${path}`,
        randomUUID(),
        body,
      );
      expect(answer?.status).toBeLessThan(300);
    };
    await send('', { phone: '+8618512345678', email: 'told@example.com' });
    for (let wrong = 0; wrong < 10; wrong++) {
      await send('/security-checks/attest', { factor: 'password', purpose: 'sign-in', outcome: 'failed' });
    }
    await eventually(() => backend.delivered.length === 1);
    await service.kill();
    backend.otherwise = status(204);
    await service.start();
    await eventually(() => backend.delivered.length === 2);

    const [first, second] = backend.delivered;
    expect(backend.types).toStrictEqual(['account.locked', 'account.locked']);
    expect(backend.ids[1]).toBe(backend.ids[0]);
    expect(second?.body).toBe(first?.body);
    for (const delivered of backend.delivered) {
      expect(await isGenuine(delivered, SECRET, Date.now() / 1000)).toBe(true);
    }
  }, 120_000);
});
