import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { mailServer } from '../messaging/mail-server.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = '/v1/moomoo/accounts/told';

describe('a notice whose sending a crash leaves unrecorded', () => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('goes out again under the same id, by which gateway and mailbox know it', async () => {
    // Both take the message over and never say so, as where the service is gone by then.
    const keys: (string | undefined)[] = [];
    const gateway = createServer((request) => {
      request.resume();
      keys.push(request.headers['idempotency-key'] as string | undefined);
    }).listen(0, '127.0.0.1');
    closing.push(() => {
      gateway.closeAllConnections();
      gateway.close();
    });
    await once(gateway, 'listening');
    const ids: string[] = [];
    const mail = await mailServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData(stream) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          ids.push(/^message-id:\s*(\S+)/imu.exec(Buffer.concat(chunks).toString())?.[1] ?? 'none');
        });
      },
    });
    closing.push(() => mail.close());
    const service = new KillableService(temporaryFolder(), await freePort(), undefined, {
      LATCHKEY_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      LATCHKEY_SMTP_FROM: 'no-reply@example.com',
      LATCHKEY_SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`,
      LATCHKEY_SMS_TOKEN: 'token',
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
    // The tenth wrong entry locks, and of that the account holder is told.
    for (let wrong = 0; wrong < 10; wrong++) {
      await send('/security-checks/attest', { factor: 'password', purpose: 'sign-in', outcome: 'failed' });
    }
    await eventually(() => keys.length === 1 && ids.length === 1);
    await service.kill();
    await service.start();
    await eventually(() => keys.length === 2 && ids.length === 2);

    expect(keys[0]).toMatch(/^notice\.[\w-]+\.0\.sms\.\w+$/u);
    expect(keys[1]).toBe(keys[0]);
    expect(ids[0]).toMatch(/^<notice\.[\w-]+\.0\.email\.\w+@example\.com>$/u);
    expect(ids[1]).toBe(ids[0]);
  }, 120_000);
});
