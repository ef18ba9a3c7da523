import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, Person, PHONE } from '../support/journeys.js';
import type { Registered, Registration } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { eventually } from '../support/eventually.js';
import type { AuthenticatorSettings } from '../support/software-authenticator.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const GOOGLE = Buffer.from('ea9b8d664d011d213ce4b6b48cb575d4', 'hex');
const KEY = { transports: ['usb', 'nfc'], backupEligible: false } as const;
const PLACES = {
  'this-device': { hint: 'client-device', settings: { aaguid: GOOGLE } },
  'another-device': { hint: 'hybrid', settings: {} },
  'security-key': { hint: 'security-key', settings: KEY },
} as const satisfies Record<string, { hint: string; settings: AuthenticatorSettings }>;

interface Listed {
  readonly passkeyId: string;
  readonly provider: string | null;
  readonly capabilities: readonly string[];
  readonly transports: readonly string[];
  readonly synced: boolean;
}

const add = async (person: Person, authenticator: SoftwareAuthenticator, storage?: string) => {
  const grant = await person.grantFor('bind-passkey');
  const body = { grant, device: PHONE, entryPoint: 'security-center', ...(storage && { storage }) };
  const started = answered<Registration>(await person.call('POST', '/passkeys/registrations', { body }), 201);
  // The list is in the order in which they were made.
  server.clock.advance(1_000);
  const made = await person.register(started.ceremonyId, person.create(started, authenticator));
  const { deviceToken, passkey } = answered<Registered>(made, 201);
  person.deviceToken ??= deviceToken;
  return { options: started.publicKey, passkey: passkey as unknown as Listed };
};
const listed = async (person: Person) => (await person.passkeys()) as unknown as readonly Listed[];

describe('passkeys at moomoo', () => {
  it('F4: are kept where the user wants, and the list says who keeps them', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const hints: unknown[] = [];
    for (const [storage, { settings }] of Object.entries(PLACES)) {
      const { options } = await add(ada, new SoftwareAuthenticator(settings), storage);
      hints.push(options.hints);
    }
    expect(hints).toStrictEqual(Object.values(PLACES).map(({ hint }) => [hint]));
    expect(
      (await listed(ada)).map(({ capabilities, provider, synced }) => [provider, capabilities, synced]),
    ).toStrictEqual([
      ['Google Password Manager', ['cross-device', 'scan', 'face'], true],
      [null, ['cross-device', 'scan', 'face'], true],
      [null, ['cross-device'], false],
    ]);
  });

  it('F6: are told apart as synced and device-bound, and follow each use', async () => {
    const ada = new Person(server, 'moomoo', new SoftwareAuthenticator({ backedUp: false }));
    await ada.enrol();
    const { passkey: eligible } = await add(ada, ada.authenticator);
    const { passkey: bound } = await add(ada, new SoftwareAuthenticator({ backupEligible: false }));
    const synced = async () => (await listed(ada)).map((passkey) => [passkey.passkeyId, passkey.synced]);
    expect(await synced()).toStrictEqual([
      [eligible.passkeyId, false],
      [bound.passkeyId, false],
    ]);
    // Its owner turns syncing on, and later off again.
    for (const backedUp of [true, false]) {
      const started = await ada.startSignIn();
      const answer = ada.authenticator.get(started.publicKey, { origin: server.origin, backedUp });
      answered(await ada.finishSignIn(started.ceremonyId, answer), 200);
      expect(await synced()).toStrictEqual([
        [eligible.passkeyId, backedUp],
        [bound.passkeyId, false],
      ]);
    }
  });

  it('F9 and M12: sign in from another device and by a security key, for no way to answer is ruled out', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    for (const { settings } of [PLACES['another-device'], PLACES['security-key']]) {
      const authenticator = new SoftwareAuthenticator(settings);
      const { passkey } = await add(ada, authenticator);
      const started = await ada.startSignIn();
      expect(started.publicKey).not.toHaveProperty('hints');
      expect(started.publicKey.allowCredentials).toStrictEqual([]);
      const answer = authenticator.get(started.publicKey, { origin: server.origin });
      expect(answered(await ada.finishSignIn(started.ceremonyId, answer), 200)).toMatchObject({
        passkeyId: passkey.passkeyId,
      });
    }
  });
});

describe('without the passkey at moomoo', () => {
  it('F10: a code to the phone signs in instead, once', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    await add(ada, ada.authenticator);
    // The code of before stands in the same outbox.
    const earlier = ada.codeBy('sms');
    const { checkId } = await ada.startFallback('sms');
    await eventually(() => ada.codeBy('sms') !== earlier);
    const code = ada.codeBy('sms');
    expect(answered(await ada.finishFallback(checkId, { code }), 200)).toMatchObject({
      status: 'signed-in',
      accountId: ada.accountId,
    });
    expect((await ada.finishFallback(checkId, { code })).status).toBeGreaterThanOrEqual(400);
  });
});
