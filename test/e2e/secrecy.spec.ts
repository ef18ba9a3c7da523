import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import type { Registered, SignedIn } from '../support/journeys.js';
import { answered, otherThan, Person, PHONE, PRODUCTS } from '../support/journeys.js';
import { filesKept } from '../support/kept.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { found } from '../support/spellings.js';

/** What the end user's backend passes on about them. */
const ADDRESS = '203.0.113.77';
const AGENT = 'MPChat/9.9.9 (secret handset)';
const END_USER = { 'latchkey-end-user-address': ADDRESS, 'latchkey-end-user-agent': AGENT };
const DEVICE = { ...PHONE, model: 'Bespoke Handset X', deviceId: 'device-4711-of-ada' };

let server: RunningServer;
/** What points at a person. */
const personal = new Map<string, string>();
/** What opens something. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  server = await runServer({ settings: { logLevel: 'debug' } });
  for (const rp of PRODUCTS) await journey(new Person(server, rp));
  await provokeFailures();
});
afterAll(() => server.close());

/** Every call there is, so that everything there is to know has passed through the service. */
async function journey(ada: Person): Promise<void> {
  const { rp } = ada;
  const note = (what: string, value: string) => personal.set(`${rp}: ${what}`, value);
  const secret = (what: string, value: string) => secrets.set(`${rp}: ${what}`, value);
  note('address', ADDRESS);
  note('agent', AGENT);
  note('device', DEVICE.deviceId);
  note('model', DEVICE.model);
  note('account id', ada.accountId);
  note('phone', ada.phone);
  note('email', ada.email);
  note('display name', `Ada Lovelace of ${rp}`);
  note('identifier', `uid-${ada.accountId}`);
  note('liveness subject', `applicant-${ada.accountId}`);
  note('passkey name', `Handset of ${rp}`);
  note('new passkey name', `Pocket of ${rp}`);
  note('new email', `new.${ada.email}`);
  secret('API key', await server.keyFor(rp, 'accounts'));

  const call = (method: string, path: string, body?: object, headers: object = {}) =>
    ada.call(method, path, { headers: { ...END_USER, ...headers }, ...(body !== undefined && { body }) });
  const enrolled = await call('PUT', '', {
    displayName: `Ada Lovelace of ${rp}`,
    phone: ada.phone,
    email: ada.email,
    identifiers: [`uid-${ada.accountId}`],
    liveness: { provider: 'sumsub', subject: `applicant-${ada.accountId}` },
    totp: { enroll: true },
  });
  const { totp } = answered<{ totp: { otpauthUrl: string } }>(enrolled, 201);
  const totpSecret = new URL(totp.otpauthUrl).searchParams.get('secret') ?? '';
  note('TOTP secret', totpSecret);
  const code = generateSync({ secret: totpSecret, epoch: server.clock.now() / 1000 });
  answered(await call('POST', '/factors/totp/confirm', { code }), 200);

  const { checkId } = await ada.startCheck('bind-passkey');
  secret('code', ada.codeBy('sms'));
  answered(await ada.enter(checkId, otherThan(ada.codeBy('sms'))), 422);
  const { grant } = answered<{ grant: string }>(await ada.enter(checkId, ada.codeBy('sms')), 200);
  secret('grant', grant);
  const started = await call('POST', '/passkeys/registrations', {
    grant,
    device: DEVICE,
    entryPoint: 'security-center',
  });
  const ceremony = answered<Awaited<ReturnType<Person['startRegistration']>>>(started, 201);
  secret('registration', ceremony.ceremonyId);
  secret('challenge', ceremony.publicKey.challenge);
  const credential = ada.create(ceremony);
  const registered = await call('POST', '/passkeys', {
    ceremonyId: ceremony.ceremonyId,
    credential,
    name: `Handset of ${rp}`,
  });
  const { passkeyId } = answered<Registered>(registered, 201).passkey;
  const { deviceToken = '' } = answered<Registered>(registered, 201);
  secret('device token', deviceToken);
  secret('credential id', ada.authenticator.credentials[0]?.credentialId ?? '');
  answered(await call('PATCH', `/passkeys/${passkeyId}`, { name: `Pocket of ${rp}` }), 200);

  const signIn = await ada.callProduct('POST', '/sign-ins', {
    headers: END_USER,
    body: { identifier: ada.email, device: { ...DEVICE, deviceToken } },
  });
  const opened = answered<Awaited<ReturnType<Person['startSignIn']>>>(signIn, 201);
  const verified = await ada.finishSignIn(opened.ceremonyId, ada.answer(opened), { headers: END_USER });
  secret('sign-in token', answered<SignedIn>(verified, 200).token);
  answered(await ada.finishSignIn(opened.ceremonyId, ada.answer(opened)), 409);

  const [action, parameters] =
    rp === 'mpchat'
      ? (['onchain-withdrawal', { amount: '77777.77', asset: 'USDT', address: 'TSecretAddress42' }] as const)
      : (['withdraw-funds', { amount: '77777.77', currency: 'USD', account: 'TSecretAddress42' }] as const);
  note('what was approved', 'TSecretAddress42');
  const { token } = await ada.proofFor(action, parameters, rp === 'mpchat' ? 'sms' : undefined);
  secret('step-up token', token);
  answered(await ada.redeem(token, action, parameters, { headers: END_USER }), 200);

  const link = await call('POST', '/portal-links', {
    entryPoint: 'security-center',
    returnUrl: `${server.origin}/`,
  });
  const linkSecret = answered<{ url: string }>(link, 201).url.split('#')[1] ?? '';
  secret('link', linkSecret);
  const session = await server.call('POST', '/portal/sessions', { key: null, body: { secret: linkSecret } });
  const cookie = session.headers['set-cookie']?.[0]?.split(/[=;]/u)[1] ?? '';
  secret('cookie', cookie);
  const asPage = { cookie: `__Host-latchkey=${cookie}`, 'latchkey-portal': '1', 'user-agent': AGENT };
  answered(await ada.call('GET', '', { key: null, headers: asPage }), 200);
  answered(
    await ada.call('PATCH', `/passkeys/${passkeyId}`, { key: null, headers: asPage, body: { name: 'x' } }),
    200,
  );

  answered(await call('PUT', '', { email: `new.${ada.email}` }), 200);
  const [mail] = server.messagesTo(`new.${ada.email}`);
  answered(await call('POST', '/factors/email/confirm', { code: mail?.code }), 200);
  for (const path of ['', '/factors', '/passkeys', '/history']) {
    answered(await call('GET', `${path}?after=${await ada.now()}`), 200);
  }
}

/** Refusals of every kind, with what was refused in them. */
async function provokeFailures(): Promise<void> {
  const { phone } = new Person(server, 'mpchat');
  personal.set('a phone in a bad body', phone);
  secrets.set('a key in a bad header', 'lk_a-key-that-is-none');
  await server.call('PUT', `/v1/mpchat/accounts/${phone}`, { body: `{"phone":"${phone}"` });
  await server.call('PUT', `/v1/mpchat/accounts/${phone}`, { body: { phone, [phone]: phone } });
  await server.call('GET', `/v1/${phone}/accounts/${phone}?after=${phone}`, { key: 'lk_a-key-that-is-none' });
  await server.call('GET', `/nowhere/${phone}?to=${phone}`);
  await server.call('GET', `/v1/mpchat/accounts/${phone}%E0%A4%A`);
  await server.call('GET', `/dev/outbox?to=${phone}`, { headers: { host: `${phone}.example` } });
  const { publicKey, ceremonyId } = await new Person(server, 'mpchat').startSignIn({ accountId: phone });
  const stranger = new SoftwareAuthenticator();
  stranger.create(
    {
      rp: { id: 'localhost', name: 'MPChat' },
      user: { id: 'AAAA', name: phone, displayName: phone },
      challenge: 'AAAA',
      pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    },
    { origin: server.origin },
  );
  const credential = stranger.get(publicKey, { origin: server.origin });
  await new Person(server, 'mpchat').finishSignIn(ceremonyId, credential);
}

describe('after every call there is', () => {
  it('the log tells of each request and names nobody and nothing that opens anything', () => {
    const lines = server.log().trim().split('\n');
    expect(lines.length).toBeGreaterThan(60);
    const log = Buffer.from(server.log());
    // Codes of six digits could turn up in a time by chance: no line has any other number of six digits.
    const codes = new Map([...secrets].filter(([what]) => what.endsWith(': code')));
    const others = new Map([...secrets].filter(([what]) => !codes.has(what)));
    expect(found(personal, log)).toStrictEqual([]);
    expect(found(others, log)).toStrictEqual([]);
    for (const line of lines) {
      const { time: _time, ...rest } = JSON.parse(line) as Record<string, unknown>;
      expect(found(codes, Buffer.from(JSON.stringify(rest)))).toStrictEqual([]);
    }
    expect(found(new Map([['development key', server.key]]), log)).toStrictEqual([]);
  });

  it('no file that is kept holds a personal datum or a secret in clear', async () => {
    const files = await filesKept(server.dataFolder);
    // A credential id is public to whoever holds the passkey, and by it the list of all is told.
    const opening = new Map([...secrets].filter(([what]) => !/: (code|credential id)$/u.test(what)));
    const inClear = files.map(([file, bytes]) => [file, found(personal, bytes), found(opening, bytes)]);
    expect(inClear).toStrictEqual(files.map(([file]) => [file, [], []]));

    // What may stand there is found, so the search finds.
    const credentials = new Map([...secrets].filter(([what]) => what.endsWith('credential id')));
    const finds = files.map(([, bytes]) => found(credentials, bytes));
    expect(finds).toContainEqual(['mpchat: credential id', 'moomoo: credential id']);
  });

  it('what was sealed is there all the same, for who holds the key', async () => {
    const [list, account] = await Promise.all([
      server.call('GET', '/v1/mpchat/accounts/person-0001/passkeys'),
      server.call('GET', '/v1/mpchat/accounts/person-0001'),
    ]);
    expect(answered<{ passkeys: { name: string }[] }>(list, 200).passkeys[0]?.name).toBe('x');
    expect(answered<{ displayName: string }>(account, 200).displayName).toBe('Ada Lovelace of mpchat');
  });
});
