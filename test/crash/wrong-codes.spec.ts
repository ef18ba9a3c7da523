import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = '/v1/moomoo/accounts/guessed';
const PHONE = '+8618512345678';
const GUESSES = 4;

interface Check {
  readonly checkId: string;
}
interface History {
  readonly events: readonly { readonly type: string; readonly data: { readonly wrongGuesses?: number } }[];
}

describe('a wrong code of a fall-back', () => {
  let service: KillableService | undefined;
  afterAll(async () => {
    await service?.kill();
  });

  it('is counted once, though the service is killed as soon as it has answered', async () => {
    const killed = new KillableService(temporaryFolder(), await freePort());
    service = killed;
    await killed.start();
    const send = async (method: string, path: string, body: object) => {
      const answer = await killed.post(method, path, randomUUID(), body);
      if (answer === undefined) throw new Error(`no answer to ${method} ${path}`);
      return { status: answer.status, body: JSON.parse(answer.text) as unknown };
    };
    await send('PUT', ACCOUNT, { phone: PHONE });
    const device = { platform: 'web', appKind: 'web' };
    const fallback = { accountId: 'guessed', factor: 'sms', device };
    const { checkId } = (await send('POST', '/v1/moomoo/sign-ins/fallback', fallback)).body as Check;
    const codes = async () =>
      ((await killed.get(`/dev/outbox?to=${encodeURIComponent(PHONE)}`)) as { messages: { code?: string }[] })
        .messages;
    let code: string | undefined;
    await eventually(async () => {
      code = (await codes()).find((message) => message.code !== undefined)?.code;
      return code !== undefined;
    });
    const wrong = ['000001', '000002', '000003', '000004', '000005'].filter((guess) => guess !== code);

    for (const guess of wrong.slice(0, GUESSES)) {
      const path = `/v1/moomoo/sign-ins/fallback/${checkId}/verify`;
      expect(await send('POST', path, { code: guess })).toMatchObject({
        status: 422,
        body: { code: 'wrong-code' },
      });
      await killed.kill();
      await killed.start();
    }

    const counted = async () => {
      const { position } = (await send('PUT', ACCOUNT, {})).body as { position: string };
      const { events } = (await killed.get(`${ACCOUNT}/history?after=${position}`)) as History;
      return events.filter(({ type }) => type === 'SecurityCheckFailed').map(({ data }) => data.wrongGuesses);
    };
    await eventually(async () => (await counted()).length >= GUESSES);
    // Every job that could still count one has run when the last one has.
    await eventually(async () => {
      const { jobs } = (await killed.get('/health/ready')) as {
        jobs?: { waiting: number; due: number; running: number };
      };
      return jobs === undefined || jobs.waiting + jobs.due + jobs.running === 0;
    });
    expect(await counted()).toStrictEqual([1, 2, 3, 4]);
  }, 120_000);
});
