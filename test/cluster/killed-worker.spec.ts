import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';

const ACCOUNT = '/v1/moomoo/accounts/told';

describe('a worker that is killed while it sends', () => {
  const closing: (() => unknown)[] = [];
  afterAll(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('C7: leaves the message to another one, which sends it under the id that the gateway knows', async () => {
    const keys: (string | undefined)[] = [];
    let again = (): void => undefined;
    const asked = new Promise<void>((resolve) => (again = resolve));
    let begun = (): void => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    // The first message is taken over, and that is never said.
    const gateway = createServer((request, answer) => {
      request.resume();
      keys.push(request.headers['idempotency-key'] as string | undefined);
      if (keys.length === 1) begun();
      else {
        answer.end();
        again();
      }
    }).listen(0, '127.0.0.1');
    closing.push(() => {
      gateway.closeAllConnections();
      gateway.close();
    });
    await once(gateway, 'listening');
    const cluster = await ClusterOfProcesses.start(undefined, 'moomoo', {
      LATCHKEY_SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`,
    });
    closing.push(() => cluster.stop());
    const api = await cluster.process('api');
    const worker = await cluster.process('projector', 'worker');
    const send = async (method: string, path: string, body: object): Promise<void> => {
      const answer = await api.post(method, `${ACCOUNT}${path}`, randomUUID(), body);
      expect(answer?.status).toBeLessThan(300);
    };
    await send('PUT', '', { phone: '+8618512345678' });
    // The tenth wrong entry locks, and of that the account holder is told.
    for (let wrong = 0; wrong < 10; wrong++)
      await send('POST', '/security-checks/attest', {
        factor: 'password',
        purpose: 'sign-in',
        outcome: 'failed',
      });
    await first;
    await worker.kill();
    await cluster.process('worker');
    await asked;

    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^notice\.[\w-]+\.0\.sms\.\w+$/u);
    expect(keys[1]).toBe(keys[0]);
  }, 120_000);
});
