import { generateSync } from 'otplib';
import { SECOND } from '../../src/domain/kernel/time.js';
import type { Registered } from './journeys.js';
import { answered, otherThan, Person, PHONE } from './journeys.js';
import type { Product } from './journeys.js';
import type { Answer, RunningServer } from './running-server.js';

const ADDRESS = '203.0.113.91';
const AGENT = 'Analytical/9.9.9 (engine of Ada)';
const END_USER = { 'latchkey-end-user-address': ADDRESS, 'latchkey-end-user-agent': AGENT };

export interface Lived {
  readonly person: Person;
  /** What points at the person, by what it is. */
  readonly personal: ReadonlyMap<string, string>;
  readonly userHandle: string;
  readonly signInToken: string;
  readonly stepUp: { readonly token: string; readonly action: string };
  /** Of a page that is open. */
  readonly pageHeaders: Readonly<Record<string, string>>;
  readonly openLink: string;
}

/** Everything personal that a service may come to know of somebody, told to it in every way there is. */
export async function life(server: RunningServer, rp: Product, mark: string): Promise<Lived> {
  const person = new Person(server, rp);
  const device = { ...PHONE, model: `Bespoke ${mark} X`, deviceId: `device-of-${mark}` };
  const personal = new Map([
    ['address', ADDRESS],
    ['agent', AGENT],
    ['device id', device.deviceId],
    ['model', device.model],
    ['account id', person.accountId],
    ['phone', person.phone],
    ['email', person.email],
    ['display name', `Ada "${mark}" Lovelace`],
    ['identifier', `uid-${mark}-1815`],
    ['liveness subject', `applicant-${mark}-1852`],
    ['passkey name', `Handset ${mark}`],
    ['new passkey name', `Pocket ${mark}`],
    ['new email', `${mark}.new@example.org`],
  ]);
  const valueOf = (what: string): string => personal.get(what) ?? '';
  const call = (method: string, path: string, body?: object): Promise<Answer> =>
    person.call(method, path, { headers: END_USER, ...(body !== undefined && { body }) });

  const enrolled = answered<{ userHandle: string; totp: { otpauthUrl: string } }>(
    await call('PUT', '', {
      displayName: valueOf('display name'),
      phone: person.phone,
      email: person.email,
      identifiers: [valueOf('identifier')],
      liveness: { provider: 'sumsub', subject: valueOf('liveness subject') },
      totp: { enroll: true },
    }),
    201,
  );
  const secret = new URL(enrolled.totp.otpauthUrl).searchParams.get('secret') ?? '';
  personal.set('TOTP secret', secret);
  const code = generateSync({ secret, epoch: server.clock.now() / 1000 });
  answered(await call('POST', '/factors/totp/confirm', { code }), 200);

  const { checkId } = await person.startCheck('bind-passkey');
  answered(await person.enter(checkId, otherThan(person.codeBy('sms'))), 422);
  const { grant } = answered<{ grant: string }>(await person.enter(checkId, person.codeBy('sms')), 200);
  const registration = { grant, device, entryPoint: 'security-center' };
  const started = answered<Awaited<ReturnType<Person['startRegistration']>>>(
    await call('POST', '/passkeys/registrations', registration),
    201,
  );
  const registered = answered<Registered>(
    await call('POST', '/passkeys', {
      ceremonyId: started.ceremonyId,
      credential: person.create(started),
      name: valueOf('passkey name'),
    }),
    201,
  );
  person.deviceToken = registered.deviceToken;
  const { passkeyId } = registered.passkey;
  const renaming = { name: valueOf('new passkey name') };
  answered(
    await person.call('PATCH', `/passkeys/${passkeyId}`, {
      headers: { ...END_USER, 'idempotency-key': `rename-${mark}` },
      body: renaming,
    }),
    200,
  );
  // More events than lie between two snapshots.
  for (let times = 0; times < 16; times++) {
    await person.signIn({ device });
    server.clock.advance(SECOND);
  }
  answered(await call('PUT', '', { email: valueOf('new email') }), 200);
  const [mail] = server.messagesTo(valueOf('new email'));
  answered(await call('POST', '/factors/email/confirm', { code: mail?.code }), 200);

  const { token: signInToken } = await person.signIn({ device, identifier: valueOf('identifier') });
  await person.signInByCode('sms', { device });
  // Checks that nobody has answered yet; a fall-back's lies under no account's name.
  await person.startFallback('sms', { device });
  await person.startCheck('change-factors');
  const action = rp === 'mpchat' ? 'open-wallet' : 'unlock-trading';
  const { token } = await person.proofFor(action);

  const pageHeaders = {
    cookie: `__Host-latchkey=${await session(person, await link(person))}`,
    'latchkey-portal': '1',
    'user-agent': AGENT,
  };
  answered(await person.call('GET', '', { key: null, headers: pageHeaders }), 200);
  return {
    person,
    personal,
    userHandle: enrolled.userHandle,
    signInToken,
    stepUp: { token, action },
    pageHeaders,
    openLink: await link(person),
  };
}

async function link(person: Person): Promise<string> {
  const body = { entryPoint: 'security-center', returnUrl: `${person.server.origin}/` };
  const made = answered<{ url: string }>(await person.call('POST', '/portal-links', { body }), 201);
  return made.url.split('#')[1] ?? '';
}

async function session({ server }: Person, secret: string): Promise<string> {
  const opened = await server.call('POST', '/portal/sessions', { key: null, body: { secret } });
  return opened.headers['set-cookie']?.[0]?.split(/[=;]/u)[1] ?? '';
}
