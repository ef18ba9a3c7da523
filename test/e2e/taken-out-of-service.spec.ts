import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { accountOfStream } from '../../src/application/accounts/account-address.js';
import { deliveryJob, noticeJob } from '../../src/application/notices/notice-jobs.js';
import { HOUR, MINUTE } from '../../src/domain/kernel/time.js';
import { folderOf } from '../config/policy-folder.js';
import { eventually } from '../support/eventually.js';
import { answered, personWithPasskey } from '../support/journeys.js';
import { requestReset } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';

const KINDS = [
  'ask-liveness',
  'expire-proposal',
  'expire-reset',
  'expire-sign-in-approval',
  'heed-liveness',
  'notice',
  'notice-delivery',
];

let server: RunningServer;
let ada: Awaited<ReturnType<typeof personWithPasskey>>;

/** The same service on the same folder, with the policies of another. */
async function restartWith(policyFolder: string): Promise<void> {
  await server.close();
  const { clock, service } = server;
  server = await runServer({ clock, settings: { ...service.settings, policyFolder } });
}

async function recorded(type: string): Promise<RecordedEvent> {
  for await (const event of server.service.tier.events.readAll(0)) if (event.type === type) return event;
  throw new Error(`no ${type} was recorded`);
}

const deadKinds = async () => (await server.service.tier.jobs.dead(20)).map(({ kind }) => kind).sort();

describe('a product that is taken out of service while its jobs wait', () => {
  let everyProduct: string;

  beforeAll(async () => {
    server = await runServer();
    everyProduct = server.service.settings.policyFolder;
    ada = await personWithPasskey(server, 'moomoo');
    const grant = await ada.grantFor('change-factors', 'sms');
    answered(await ada.call('PUT', '', { body: { email: `new.${ada.email}`, grant } }), 200);
    await ada.signInOnNewDevice();
    const { resetId } = await requestReset(ada);
    await settled(server);

    const { eventId, revision, stream } = await recorded('LivenessResetRequested');
    await restartWith(folderOf({ 'mpchat.yaml': readFileSync(`${everyProduct}/mpchat.yaml`, 'utf8') }));
    const now = server.clock.now();
    const address = { eventId, revision, stream };
    const subject = accountOfStream(stream)?.subject ?? '';
    await server.service.tier.jobs.enqueue([
      { ...noticeJob(address, now), id: 'notice-late' },
      { ...deliveryJob({ ...address, index: 0, channel: 'sms', source: 'now' }, now), id: 'delivery-late' },
      { id: 'heed-late', kind: 'heed-liveness', payload: { rp: 'moomoo', subject, resetId }, runAt: now },
    ]);
  });
  afterAll(() => server.close());

  it('loses none of them: each is tried again, and in the end kept with the reason', async () => {
    const { jobs } = server.service.tier;
    const { waiting, due, running } = await jobs.counts();
    expect(waiting + due + running).toBe(KINDS.length);
    await eventually(async () => {
      server.clock.advance(HOUR);
      return (await jobs.counts()).dead === KINDS.length;
    });
    expect(await deadKinds()).toStrictEqual(KINDS);
    expect((await jobs.dead(20)).map(({ failure }) => failure)).toStrictEqual(
      KINDS.map(() => ({ name: 'ProductUnknown', message: 'no policy for the product' })),
    );
  });

  it('is brought up to date by them once it is back and they are retried', async () => {
    await restartWith(everyProduct);
    const { jobs } = server.service.tier;
    const noticesBefore = server.messagesTo(ada.phone).length;
    // The sign-in's first: once something else was recorded, what expired long before is forgotten.
    const dead = await jobs.dead(20);
    const expiry = dead.filter(({ kind }) => kind === 'expire-sign-in-approval');
    for (const { id } of new Set([...expiry, ...dead])) {
      expect(await jobs.retry(id)).toBe(true);
      server.clock.advance(MINUTE);
      await settled(server);
    }
    expect(await jobs.counts()).toMatchObject({ dead: 0, due: 0, running: 0 });

    const read = await server.call('GET', `/v1/moomoo/accounts/${ada.accountId}/history`);
    const { events } = answered<{
      events: readonly { readonly type: string; readonly actor: string; readonly data: object }[];
    }>(read, 200);
    expect(
      events
        .filter(({ actor }) => actor === 'system')
        .map(({ type }) => type)
        .sort(),
    ).toStrictEqual(['FactorsChanged', 'LivenessResetExpired', 'SignInApprovalExpired']);
    expect(server.messagesTo(ada.phone).length).toBeGreaterThan(noticesBefore);
  });
});
