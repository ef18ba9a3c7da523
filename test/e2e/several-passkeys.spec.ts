import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Proof, Registered } from '../support/journeys.js';
import { answered, Person, personWithPasskey, PHONE, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe('the only passkey at mpchat', () => {
  it('M8: is neither joined by a second nor removed', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const refused = await ada.call('POST', '/passkeys/registrations', {
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'passkey-limit-reached', { maximum: 1 }));

    const { token } = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    for (const headers of [{}, { 'step-up-token': token }]) {
      const removal = await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers });
      expect(answered(removal, 409)).toMatchObject({ code: 'removal-forbidden' });
    }
    expect(await ada.passkeys()).toHaveLength(1);
  });

  it('M2: completes the onboarding where the wallet asked for it', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    const begun = await ada.call('POST', '/passkeys/registrations', {
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'wallet-onboarding' },
    });
    const started = answered<Awaited<ReturnType<Person['startRegistration']>>>(begun, 201);
    const made = answered<Registered & { returnTo: string }>(
      await ada.register(started.ceremonyId, ada.create(started)),
      201,
    );
    expect(made.returnTo).toBe('/wallet');
    const account = await ada.call('GET', `?after=${made.position}`);
    expect(answered(account, 200)).toMatchObject({
      passkeyCount: 1,
      onboarding: { completed: true, completedAt: server.clock.in(0) },
    });
  });
});

describe('several passkeys at moomoo', () => {
  it('F4: are added, the one by a code alone not yet for sensitive actions', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const laptop = new SoftwareAuthenticator();
    server.clock.advance(MINUTE);
    await ada.addPasskey('Laptop', laptop);
    expect((await ada.passkeys()).map(({ name }) => name)).toStrictEqual(['iPhone 15 Pro', 'Laptop']);

    const { stepUpId, publicKey } = await ada.startStepUp('unlock-trading');
    const byLaptop = { credential: ada.answer({ publicKey }, laptop) };
    const tooNew = await ada.passStepUp(stepUpId, byLaptop);
    expect(answered(tooNew, 403)).toStrictEqual(
      problem(403, 'passkey-too-new', { until: server.clock.in(DAY) }),
    );
    const signIn = await ada.startSignIn();
    answered(await ada.finishSignIn(signIn.ceremonyId, ada.answer(signIn, laptop)), 200);
  });

  it('are added by one that vouches for the next, which then approves at once', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { token } = await ada.proofFor('add-passkey');
    const laptop = new SoftwareAuthenticator();
    await ada.addPasskey('Laptop', laptop, { 'step-up-token': token });
    const { stepUpId, publicKey } = await ada.startStepUp('unlock-trading');
    answered(await ada.passStepUp(stepUpId, { credential: ada.answer({ publicKey }, laptop) }), 200);

    // One vouching, one passkey.
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'), {
      headers: { 'step-up-token': token },
    });
    const third = await ada.register(started.ceremonyId, ada.create(started, new SoftwareAuthenticator()));
    expect(answered(third, 409)).toStrictEqual(problem(409, 'step-up-already-used'));
    const garbage = await ada.call('POST', '/passkeys/registrations', {
      headers: { 'step-up-token': 'garbage' },
      body: { grant: await ada.grantFor('bind-passkey'), device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(garbage, 404)).toStrictEqual(problem(404, 'step-up-not-found'));
  });

  it('exclude one another, so that no authenticator makes a second', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const { publicKey } = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    expect(publicKey.excludeCredentials).toStrictEqual([
      {
        id: ada.authenticator.credentials[0]?.credentialId,
        type: 'public-key',
        transports: ['hybrid', 'internal'],
      },
    ]);
  });

  it('never exceed ten, however many are added at once', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const starts = [];
    for (let count = 0; count < 12; count++) {
      starts.push(await ada.startRegistration(await ada.grantFor('bind-passkey')));
    }
    const answers = await Promise.all(
      starts.map((start) => ada.register(start.ceremonyId, ada.create(start, new SoftwareAuthenticator()))),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([
      ...Array<number>(10).fill(201),
      409,
      409,
    ]);
    expect(await ada.passkeys()).toHaveLength(10);
  });

  it('F5: are removed on a fresh proof of the very one', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const laptop = await ada.addPasskey('Laptop', new SoftwareAuthenticator());
    const { passkeyId } = laptop.passkey;
    const asked = await ada.call('DELETE', `/passkeys/${passkeyId}`);
    const parameters = { passkeyId };
    expect(answered(asked, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'remove-passkey', parameters }),
    );

    const forTheOther = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const forSomethingElse = await ada.proofFor('change-security-settings', parameters);
    for (const { token } of [forTheOther, forSomethingElse, { token: 'garbage' }]) {
      const refused = await ada.call('DELETE', `/passkeys/${passkeyId}`, {
        headers: { 'step-up-token': token },
      });
      expect(answered(refused, 403)).toStrictEqual(
        problem(403, 'step-up-required', { action: 'remove-passkey', parameters }),
      );
    }

    const headers = { 'step-up-token': (await ada.proofFor('remove-passkey', parameters)).token };
    const removed = await ada.call('DELETE', `/passkeys/${passkeyId}`, { headers });
    expect(answered(removed, 200)).toStrictEqual({
      signals: {
        allAcceptedCredentials: {
          rpId: 'localhost',
          userId: expect.any(String),
          allAcceptedCredentialIds: [ada.authenticator.credentials[0]?.credentialId],
        },
      },
      position: expect.any(String),
    });
    const again = await ada.call('DELETE', `/passkeys/${passkeyId}`, { headers });
    expect(answered(again, 404)).toStrictEqual(problem(404, 'passkey-not-found'));
    expect((await ada.passkeys()).map((passkey) => passkey.passkeyId)).toStrictEqual([ada.passkeyId]);
  });

  it('F15: are removed by a code where the passkey is what was lost', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const parameters = { passkeyId: ada.passkeyId };
    const { stepUpId, methods } = await ada.startStepUp('remove-passkey', parameters);
    expect(methods).toStrictEqual([['passkey'], ['sms']]);
    const grant = await ada.grantFor('step-up', 'sms', stepUpId);
    const { token } = answered<Proof>(await ada.passStepUp(stepUpId, { grant }), 200);
    const headers = { 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { headers }), 200);

    // Whoever has the code alone must not get on to the owner's money with a passkey of his own.
    const next = new SoftwareAuthenticator();
    await ada.addPasskey('Next', next);
    const withdrawal = await ada.startStepUp('unlock-trading');
    const refused = await ada.passStepUp(withdrawal.stepUpId, { credential: ada.answer(withdrawal, next) });
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'passkey-too-new', { until: server.clock.in(DAY) }),
    );
  });
});
