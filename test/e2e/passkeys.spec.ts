import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Registered } from '../support/journeys.js';
import { answered, Person, personWithPasskey, PHONE, problem, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

const MINUTE = 60_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const POLICIES = {
  mpchat: { max: 1, removal: 'reset-only' },
  moomoo: { max: 10, removal: 'with-proof' },
} as const;

describe.each(PRODUCTS)('a passkey at %s', (rp) => {
  it('M6, M7 and F5: is registered with what the platform is told to make, and listed, renamed and used', async () => {
    const ada = new Person(server, rp);
    const { userHandle } = await ada.enrol({ displayName: 'Ada' });
    const started = await ada.startRegistration(await ada.grantFor('bind-passkey'));
    expect(started).toStrictEqual({
      ceremonyId: expect.any(String),
      publicKey: {
        rp: { id: 'localhost', name: rp === 'mpchat' ? 'MPChat' : 'moomoo' },
        user: { id: userHandle, name: 'per***@example.com', displayName: 'Ada' },
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
        timeout: 5 * MINUTE,
        excludeCredentials: [],
        authenticatorSelection: expect.objectContaining({
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        }),
        hints: expect.any(Array),
        attestation: 'none',
        extensions: expect.any(Object),
      },
      expiresAt: server.clock.in(5 * MINUTE),
      position: expect.any(String),
    });

    const made = await ada.register(started.ceremonyId, ada.create(started));
    const [credential] = ada.authenticator.credentials;
    const passkey = {
      passkeyId: expect.any(String),
      name: 'iPhone 15 Pro',
      createdAt: server.clock.in(0),
      lastUsedAt: null,
      provider: null,
      capabilities: ['cross-device', 'scan', 'face'],
      transports: ['hybrid', 'internal'],
      synced: true,
      status: 'active',
    };
    const signals = {
      allAcceptedCredentials: {
        rpId: 'localhost',
        userId: userHandle,
        allAcceptedCredentialIds: [credential?.credentialId],
      },
    };
    expect(answered(made, 201)).toStrictEqual({
      passkey,
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
      signals,
      returnTo: rp === 'mpchat' ? '/security-center' : '/settings/passkeys',
      position: expect.any(String),
    });
    const { passkeyId } = answered<Registered>(made, 201).passkey;
    ada.deviceToken = answered<Registered>(made, 201).deviceToken;

    server.clock.advance(MINUTE);
    const renamed = await ada.call('PATCH', `/passkeys/${passkeyId}`, { body: { name: '  My phone ' } });
    expect(answered(renamed, 200)).toStrictEqual({
      passkey: { passkeyId, name: 'My phone' },
      position: expect.any(String),
    });
    const { position } = await ada.signIn();
    const list = await ada.call('GET', `/passkeys?after=${position}`);
    expect(answered(list, 200)).toStrictEqual({
      passkeys: [{ ...passkey, passkeyId, name: 'My phone', lastUsedAt: server.clock.in(0) }],
      policy: POLICIES[rp],
    });
    expect(await ada.typesRecorded()).toStrictEqual([
      'AccountEnrolled',
      'SecurityCheckPassed',
      'PasskeyRegistered',
      'DeviceTrusted',
      'PasskeyRenamed',
      'PasskeyUsed',
    ]);
  });

  it('is made once of a grant by those that use it at the same moment', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const grant = await ada.grantFor('bind-passkey');
    const starts = await Promise.all([1, 2, 3, 4].map(() => ada.startRegistration(grant)));
    const answers = await Promise.all(
      starts.map((start) => ada.register(start.ceremonyId, ada.create(start, new SoftwareAuthenticator()))),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, 403, 403, 403]);
    for (const { status, body } of answers) {
      if (status === 403) expect(body).toStrictEqual(problem(403, 'grant-spent'));
    }
    expect(await ada.passkeys()).toHaveLength(1);
    const late = await ada.call('POST', '/passkeys/registrations', {
      body: { grant, device: PHONE, entryPoint: 'security-center' },
    });
    expect(answered(late, 403)).toStrictEqual(problem(403, 'grant-spent'));
  });

  it('is not made of an answer to another challenge, origin, account, product or time', async () => {
    const [ada, eve] = [new Person(server, rp), new Person(server, rp)];
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    await Promise.all([ada.enrol(), eve.enrol(), elsewhere.enrol()]);
    const [first, second] = await Promise.all([
      ada.startRegistration(await ada.grantFor('bind-passkey')),
      ada.startRegistration(await ada.grantFor('bind-passkey')),
    ]);
    const credential = ada.create(first);
    const failed = (reason: string) => problem(401, 'verification-failed', { reason });
    const otherChallenge = await ada.register(second.ceremonyId, credential);
    expect(answered(otherChallenge, 401)).toStrictEqual(failed('challenge-mismatch'));
    const phished = new SoftwareAuthenticator().create(first.publicKey, { origin: 'http://localhost.evil' });
    const otherOrigin = await ada.register(first.ceremonyId, phished);
    expect(answered(otherOrigin, 401)).toStrictEqual(failed('origin-not-allowed'));
    for (const person of [eve, elsewhere]) {
      const others = await person.register(first.ceremonyId, credential);
      expect(answered(others, 404)).toStrictEqual(problem(404, 'ceremony-not-found'));
    }
    const altered = await ada.register(`${first.ceremonyId.slice(0, -4)}AAAA`, credential);
    expect(answered(altered, 404)).toStrictEqual(problem(404, 'ceremony-not-found'));
    server.clock.advance(5 * MINUTE);
    const late = await ada.register(first.ceremonyId, credential);
    expect(answered(late, 410)).toStrictEqual(problem(410, 'ceremony-expired'));
    expect(await ada.passkeys()).toStrictEqual([]);
  });

  it('belongs to one account: its credential is refused to another', async () => {
    const ada = await personWithPasskey(server, rp);
    const [credential] = ada.authenticator.credentials;
    const eve = new Person(server, rp);
    await eve.enrol();
    const started = await eve.startRegistration(await eve.grantFor('bind-passkey'));
    const copied = eve.authenticator.create(started.publicKey, {
      origin: server.origin,
      credentialId: Buffer.from(credential?.credentialId ?? '', 'base64url'),
    });
    const refused = await eve.register(started.ceremonyId, copied);
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'credential-in-use'));
  });

  it.each([
    ['twenty families', '👨‍👩‍👧‍👦'.repeat(20), '👨‍👩‍👧‍👦'.repeat(20)],
    ['combining marks', `  e\u0301${'x'.repeat(19)}`, `\u00e9${'x'.repeat(19)}`],
    ['Chinese', '我的手机', '我的手机'],
  ])('takes a name of %s', async (_what, given, kept) => {
    const ada = await personWithPasskey(server, rp);
    const named = await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name: given } });
    expect(answered<Registered>(named, 200).passkey).toStrictEqual({ passkeyId: ada.passkeyId, name: kept });
    // The name it has already is no event.
    answered(await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name: kept } }), 200);
    expect((await ada.typesRecorded()).filter((type) => type === 'PasskeyRenamed')).toHaveLength(1);
  });

  it('M7: takes no name that is too long, empty or misleading', async () => {
    const ada = await personWithPasskey(server, rp);
    for (const [name, reason] of [
      ['x'.repeat(21), 'too-long'],
      ['👨‍👩‍👧‍👦'.repeat(21), 'too-long'],
      [' \u3164 ', 'empty'],
      ['phone\u202Egpj', 'forbidden-character'],
      ['a\nb', 'forbidden-character'],
    ] as const) {
      const refused = await ada.call('PATCH', `/passkeys/${ada.passkeyId}`, { body: { name } });
      expect(answered(refused, 422)).toStrictEqual(problem(422, 'name-invalid', { problem: reason }));
    }
    const nothing = await ada.call('PATCH', '/passkeys/made-up', { body: { name: 'x' } });
    expect(answered(nothing, 404)).toStrictEqual(problem(404, 'passkey-not-found'));
  });
});
