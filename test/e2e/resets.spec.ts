import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, Person, personWithPasskey, PHONE, PRODUCTS, problem } from '../support/journeys.js';
import { passedReset, pressed, registerAfter, requestReset, resetStatus } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe.each(PRODUCTS)('a reset at %s', (rp) => {
  it('B1 is asked for, passed, and lets one passkey be added', async () => {
    const ada = await personWithPasskey(server, rp);
    const reset = await requestReset(ada);
    expect(reset).toStrictEqual({
      resetId: expect.any(String),
      resetSecret: expect.any(String),
      provider: 'simulator',
      clientToken: expect.any(String),
      url: `http://localhost:${server.port}/liveness-simulator/?reset=${reset.resetId}`,
      expiresAt: server.clock.in(30 * MINUTE),
      position: expect.any(String),
    });
    expect(await resetStatus(ada, reset)).toMatchObject({ status: 'requested' });
    await ada.signIn();

    answered(await pressed(ada, reset, 'passed'), 200);
    expect(await resetStatus(ada, reset)).toStrictEqual({
      resetId: reset.resetId,
      status: 'passed',
      provider: 'simulator',
      attempt: 1,
      requestedAt: server.clock.in(0),
      expiresAt: server.clock.in(30 * MINUTE),
      windowUntil: server.clock.in(30 * MINUTE),
      coolingOffUntil: server.clock.in(DAY),
    });
    expect(await ada.passkeys()).toStrictEqual([]);

    const registered = await registerAfter(ada, reset);
    expect((await ada.passkeys()).map(({ passkeyId }) => passkeyId)).toStrictEqual([
      registered.passkey.passkeyId,
    ]);
    await ada.signIn();
    const again = await ada.call('POST', '/passkeys/registrations', {
      body: {
        resetId: reset.resetId,
        resetSecret: reset.resetSecret,
        device: PHONE,
        entryPoint: 'security-center',
      },
    });
    expect(answered(again, 403)).toStrictEqual(problem(403, 'reset-secret-spent'));
    expect((await ada.typesRecorded()).slice(2)).toStrictEqual([
      'PasskeyRegistered',
      'LivenessSubjectLinked',
      'LivenessResetRequested',
      'PasskeyUsed',
      'LivenessResetCompleted',
      'PasskeyRemoved',
      'PasskeyRegistered',
      'PasskeyUsed',
    ]);
  });
});
