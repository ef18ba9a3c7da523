import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeMasterKey } from '../support/changed-master-key.js';
import type { Registration, SignedIn, StepUp } from '../support/journeys.js';
import { answered, Person, personWithPasskey, PHONE, problem, PRODUCTS } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

let before: RunningServer;
let server: RunningServer;

/** What was under way at each product when the service was stopped. */
const left = new Map<string, Left>();

interface Left {
  readonly ada: Person;
  readonly newcomer: Person;
  readonly account: unknown;
  readonly passkeys: unknown;
  readonly history: unknown;
  readonly position: string;
  readonly checkId: string;
  readonly code: string;
  readonly registration: Registration;
  readonly signIn: Awaited<ReturnType<Person['startSignIn']>>;
  readonly answeredSignIn: Awaited<ReturnType<Person['startSignIn']>>;
  readonly signedIn: SignedIn;
  readonly stepUp: StepUp;
  readonly proof: string;
  readonly remembered: Answer;
  readonly cookie: string;
  readonly link: string;
}

const KEYED = { headers: { 'idempotency-key': 'of before' }, body: { displayName: 'Ada' } };
const ACTION = { mpchat: 'card-apply', moomoo: 'change-security-settings' } as const;

async function linkFor(person: Person): Promise<string> {
  const body = { entryPoint: 'security-center', returnUrl: `${person.server.origin}/` };
  const link = await person.call('POST', '/portal-links', { body });
  return answered<{ url: string }>(link, 201).url.split('#')[1] ?? '';
}

async function begin(rp: 'mpchat' | 'moomoo'): Promise<Left> {
  const ada = await personWithPasskey(before, rp);
  const newcomer = new Person(before, rp);
  await newcomer.enrol();
  const remembered = await ada.call('PUT', '', KEYED);
  const signedIn = await ada.signIn();
  const answeredSignIn = await ada.startSignIn();
  answered(await ada.finishSignIn(answeredSignIn.ceremonyId, ada.answer(answeredSignIn)), 200);
  const registration = await newcomer.startRegistration(await newcomer.grantFor('bind-passkey'));
  const { checkId } = await ada.startCheck('change-factors', 'email');
  const proof = await ada.proofFor(ACTION[rp], { what: 'this' });
  const opened = await before.call('POST', '/portal/sessions', {
    key: null,
    body: { secret: await linkFor(ada) },
  });
  const position = await ada.now();
  const [account, passkeys, history] = await Promise.all(
    ['', '/passkeys', '/history'].map(async (path) => {
      const read = await ada.call('GET', `${path}?after=${position}`);
      return answered(read, 200);
    }),
  );
  return {
    ada,
    newcomer,
    account,
    passkeys,
    history,
    position,
    checkId,
    code: ada.codeBy('email'),
    registration,
    signIn: await ada.startSignIn(),
    answeredSignIn,
    signedIn,
    stepUp: await ada.startStepUp(ACTION[rp], { what: 'that' }),
    proof: proof.token,
    remembered,
    cookie: opened.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
    link: await linkFor(ada),
  };
}

const RESTARTS = [
  ['a restart', () => undefined],
  [
    'a restart with another master key',
    async (dataFolder: string) => {
      const printed = await changeMasterKey(dataFolder, { to: randomBytes(32).toString('base64') });
      expect(printed).toMatch(/^the master key is changed/u);
    },
  ],
] as const;

describe.each(RESTARTS)('after %s', (_, between) => {
  beforeAll(async () => {
    before = await runServer();
    for (const rp of PRODUCTS) left.set(rp, await begin(rp));
    await before.close();
    await between(before.dataFolder);
    const { dataFolder, clock, port, service } = before;
    server = await runServer({ clock, settings: { ...service.settings, dataFolder, port } });
  });
  afterAll(() => server.close());

  describe.each(PRODUCTS)('at %s', (rp) => {
    const of = (): Left & { readonly ada: Person } => {
      const all = left.get(rp);
      if (all === undefined) throw new Error(`nothing was left at ${rp}`);
      return all;
    };
    /** The same person, at the service that runs now. */
    const call = (person: Person, method: string, path: string, options?: Parameters<Person['call']>[2]) =>
      server.call(method, `/v1/${rp}/accounts/${person.accountId}${path}`, options);

    it('every answer that was read is read again, at the position of before', async () => {
      const { ada, account, passkeys, history, position } = of();
      for (const [path, was] of [
        ['', account],
        ['/passkeys', passkeys],
        ['/history', history],
      ] as const) {
        expect(answered(await call(ada, 'GET', `${path}?after=${position}`), 200)).toStrictEqual(was);
      }
    });

    it('a command that was answered gives its answer again, to the byte, and no second event', async () => {
      const { ada, remembered } = of();
      const again = await call(ada, 'PUT', '', KEYED);
      expect([again.status, again.text]).toStrictEqual([remembered.status, remembered.text]);
      const other = await call(ada, 'PUT', '', { ...KEYED, body: {} });
      expect(answered(other, 422)).toStrictEqual(problem(422, 'idempotency-key-reused'));
      const history = await call(ada, 'GET', '/history');
      const { events } = answered<{ events: { type: string }[] }>(history, 200);
      expect(events.filter(({ type }) => type === 'AccountDetailsChanged')).toHaveLength(1);
    });

    it('an open security check takes its code', async () => {
      const { ada, checkId, code } = of();
      answered(await call(ada, 'POST', `/security-checks/${checkId}/verify`, { body: { code } }), 200);
    });

    it('an open registration takes its passkey, and its grant is spent', async () => {
      const { newcomer, registration } = of();
      const { ceremonyId, publicKey } = registration;
      const create = () => new SoftwareAuthenticator().create(publicKey, { origin: server.origin });
      const register = () =>
        call(newcomer, 'POST', '/passkeys', { body: { ceremonyId, credential: create() } });
      answered(await register(), 201);
      expect(answered(await register(), 403)).toStrictEqual(problem(403, 'grant-spent'));
    });

    it('an open sign-in takes its answer, and one that was answered takes none', async () => {
      const { ada, signIn, answeredSignIn } = of();
      const finish = (started: Left['signIn']) =>
        server.call('POST', `/v1/${rp}/sign-ins/${started.ceremonyId}/verify`, {
          body: { credential: ada.answer(started) },
        });
      expect(answered<SignedIn>(await finish(signIn), 200).accountId).toBe(ada.accountId);
      for (const started of [signIn, answeredSignIn]) {
        expect(answered(await finish(started), 409)).toStrictEqual(problem(409, 'ceremony-already-used'));
      }
    });

    it('tokens of before are active, and a proof is redeemed once', async () => {
      const { ada, signedIn, proof } = of();
      const action = ACTION[rp];
      const parameters = { what: 'this' };
      for (const token of [signedIn.token, proof]) {
        const asked = await server.call('POST', `/v1/${rp}/tokens/introspect`, { body: { token } });
        expect(answered<{ active: boolean }>(asked, 200).active).toBe(true);
      }
      const body = { token: proof, accountId: ada.accountId, action, parameters };
      const redeem = () => server.call('POST', `/v1/${rp}/tokens/redeem`, { body });
      expect([(await redeem()).status, (await redeem()).status]).toStrictEqual([200, 409]);
    });

    it('an open step-up is passed', async () => {
      const { ada, stepUp } = of();
      const body = { credential: ada.answer(stepUp) };
      answered(await call(ada, 'POST', `/step-ups/${stepUp.stepUpId}/verify`, { body }), 200);
    });

    it('a page goes on, and a link opens its own', async () => {
      const { ada, cookie, link } = of();
      const asPage = { key: null, headers: { cookie, 'latchkey-portal': '1' } };
      answered(await call(ada, 'GET', '', asPage), 200);
      const exchange = () => server.call('POST', '/portal/sessions', { key: null, body: { secret: link } });
      expect([(await exchange()).status, (await exchange()).status]).toStrictEqual([201, 410]);
    });

    it('the account goes on from its snapshot', async () => {
      const { ada } = of();
      for (let turn = 0; turn < 40; turn++) {
        answered(await call(ada, 'PUT', '', { body: { displayName: `Ada ${turn}` } }), 200);
      }
      const device = { ...PHONE };
      const body = { factor: 'sms', purpose: 'bind-passkey' };
      const { checkId } = answered<{ checkId: string }>(
        await call(ada, 'POST', '/security-checks', { body }),
        201,
      );
      const code = server.messagesTo(ada.phone).find(({ purpose }) => purpose === 'code')?.code;
      const verified = await call(ada, 'POST', `/security-checks/${checkId}/verify`, { body: { code } });
      const { grant } = answered<{ grant: string }>(verified, 200);
      const started = await call(ada, 'POST', '/passkeys/registrations', {
        body: { grant, device, entryPoint: 'security-center' },
      });
      answered(started, rp === 'mpchat' ? 409 : 201);
    });
  });
});
