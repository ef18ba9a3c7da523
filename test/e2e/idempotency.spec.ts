import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { answered, otherThan, Person, personWithPasskey, PHONE, problem } from '../support/journeys.js';
import type { CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;
let keys = 0;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const newKey = (): string => `key-${(keys += 1)}`;

/** A call that is about to be made, and another body that its key must not be used for. */
interface Prepared {
  readonly person: Person;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly otherBody?: object;
  readonly headers?: CallOptions['headers'];
  /** Events that making it once comes to. */
  readonly records: readonly string[];
}

/** A call below the account's own path. */
function ofAccount(person: Person, path: string): string {
  return `/v1/${person.rp}/accounts/${person.accountId}${path}`;
}

async function enrolled(more: object = {}): Promise<Person> {
  const person = new Person(server, 'moomoo');
  await person.enrol(more);
  return person;
}

const COMMANDS: Readonly<Record<string, () => Promise<Prepared>>> = {
  'makes an account': () => {
    const person = new Person(server, 'moomoo');
    const body = { email: person.email, totp: { enroll: true } };
    const records = ['AccountEnrolled', 'FactorsChanged'];
    const path = ofAccount(person, '');
    return Promise.resolve({
      person,
      method: 'PUT',
      path,
      body,
      otherBody: { ...body, phone: null },
      records,
    });
  },
  'changes an account': async () => {
    const person = await enrolled();
    const body = { displayName: 'Ada', email: `new.${person.email}` };
    const records = ['FactorsChanged', 'AccountDetailsChanged'];
    return { person, method: 'PUT', path: ofAccount(person, ''), body, otherBody: {}, records };
  },
  'confirms a factor': async () => {
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const person = await enrolled({ totp: { enroll: true } });
    const { totp } = answered<{ totp: { otpauthUrl: string } }>(
      await person.call('PUT', '', { body: { totp: { enroll: true } } }),
      200,
    );
    const ours = new URL(totp.otpauthUrl).searchParams.get('secret') ?? secret;
    const code = generateSync({ secret: ours, epoch: server.clock.now() / 1000 });
    const path = ofAccount(person, '/factors/totp/confirm');
    const otherBody = { code: otherThan(code) };
    return { person, method: 'POST', path, body: { code }, otherBody, records: ['FactorsChanged'] };
  },
  'sends another code to confirm a factor by': async () => {
    const person = await enrolled();
    answered(await person.call('PUT', '', { body: { email: `new.${person.email}` } }), 200);
    const path = ofAccount(person, '/factors/email/confirm');
    return { person, method: 'POST', path, body: {}, otherBody: { code: '000000' }, records: [] };
  },
  'starts a security check': async () => {
    const person = await enrolled();
    const body = { factor: 'sms', purpose: 'bind-passkey' };
    const path = ofAccount(person, '/security-checks');
    const otherBody = { ...body, purpose: 'sign-in' };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'passes a security check': async () => {
    const person = await enrolled();
    const { checkId } = await person.startCheck('bind-passkey');
    const body = { code: person.codeBy('sms') };
    const path = ofAccount(person, `/security-checks/${checkId}/verify`);
    const otherBody = { code: otherThan(body.code) };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckPassed'] };
  },
  "takes the product's word that a factor passed": async () => {
    const person = await enrolled();
    const body = { factor: 'sms', purpose: 'bind-passkey', outcome: 'passed' };
    const path = ofAccount(person, '/security-checks/attest');
    const otherBody = { ...body, outcome: 'failed' };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckPassed'] };
  },
  "takes the product's word that a factor failed": async () => {
    const person = await enrolled();
    const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
    const path = ofAccount(person, '/security-checks/attest');
    const otherBody = { ...body, outcome: 'passed' };
    return { person, method: 'POST', path, body, otherBody, records: ['SecurityCheckFailed'] };
  },
  'ends a lock-out': async () => {
    const person = await enrolled();
    for (let time = 0; time < 10; time++) {
      const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
      answered(await person.call('POST', '/security-checks/attest', { body }), 200);
    }
    const path = ofAccount(person, '/unlock');
    return { person, method: 'POST', path, records: ['AccountUnlocked'] };
  },
  'opens the creation of a passkey': async () => {
    const person = await enrolled();
    const grant = await person.grantFor('bind-passkey');
    const body = { grant, device: PHONE, entryPoint: 'security-center' };
    const path = ofAccount(person, '/passkeys/registrations');
    const otherBody = { ...body, storage: 'security-key' };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'registers a passkey': async () => {
    const person = await enrolled();
    const started = await person.startRegistration(await person.grantFor('bind-passkey'));
    const body = { ceremonyId: started.ceremonyId, credential: person.create(started) };
    const path = ofAccount(person, '/passkeys');
    const otherBody = { ...body, name: 'Other' };
    return { person, method: 'POST', path, body, otherBody, records: ['PasskeyRegistered'] };
  },
  'renames a passkey': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const path = ofAccount(person, `/passkeys/${person.passkeyId}`);
    const body = { name: 'New' };
    const otherBody = { name: 'Newer' };
    return { person, method: 'PATCH', path, body, otherBody, records: ['PasskeyRenamed'] };
  },
  'removes a passkey': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const { token } = await person.proofFor('remove-passkey', { passkeyId: person.passkeyId });
    const path = ofAccount(person, `/passkeys/${person.passkeyId}`);
    const headers = { 'step-up-token': token };
    return { person, method: 'DELETE', path, headers, records: ['StepUpConsumed', 'PasskeyRemoved'] };
  },
  'opens a sign-in': async () => {
    const person = await enrolled();
    const body = { accountId: person.accountId };
    return { person, method: 'POST', path: '/v1/moomoo/sign-ins', body, otherBody: {}, records: [] };
  },
  'signs in': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const started = await person.startSignIn();
    const credential = person.answer(started);
    const path = `/v1/moomoo/sign-ins/${started.ceremonyId}/verify`;
    const otherBody = { credential: { ...credential, authenticatorAttachment: 'cross-platform' } };
    return { person, method: 'POST', path, body: { credential }, otherBody, records: ['PasskeyUsed'] };
  },
  'opens a step-up': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const body = { action: 'withdraw-funds', parameters: { amount: '1' } };
    const otherBody = { ...body, parameters: { amount: '2' } };
    const path = ofAccount(person, '/step-ups');
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'passes a step-up': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const started = await person.startStepUp('withdraw-funds', { amount: '1' });
    const body = { credential: person.answer(started) };
    const path = ofAccount(person, `/step-ups/${started.stepUpId}/verify`);
    const records = ['PasskeyUsed', 'StepUpPassed'];
    return { person, method: 'POST', path, body, otherBody: {}, records };
  },
  'makes a link to the Security Center': async () => {
    const person = await enrolled();
    const body = { entryPoint: 'security-center', returnUrl: `${server.origin}/` };
    const path = ofAccount(person, '/portal-links');
    const otherBody = { ...body, returnUrl: `${server.origin}/other` };
    return { person, method: 'POST', path, body, otherBody, records: [] };
  },
  'redeems a token': async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const action = 'withdraw-funds';
    const parameters = { amount: '1' };
    const { token } = await person.proofFor(action, parameters);
    const body = { token, accountId: person.accountId, action, parameters };
    const path = '/v1/moomoo/tokens/redeem';
    // It names another transaction, so it is refused before its key is looked up.
    return { person, method: 'POST', path, body, records: ['StepUpConsumed'] };
  },
};

describe.each(Object.entries(COMMANDS))('a call that %s', (_what, prepare) => {
  it('has one effect and one answer, however often and at once it comes with its key', async () => {
    const { person, method, path, body, otherBody, headers, records } = await prepare();
    const before = person.server.messagesTo(person.phone).length + mailsTo(person);
    const known = await recordedOf(person);
    const idempotencyKey = newKey();
    const send = (sent = body) =>
      server.call(method, path, {
        headers: { ...headers, 'idempotency-key': idempotencyKey },
        ...(sent !== undefined && { body: sent }),
      });

    const answers = await Promise.all(Array.from({ length: 8 }, () => send()));
    server.clock.advance(1000);
    answers.push(await send());
    const [first] = answers;
    expect([200, 201]).toContain(first?.status);
    for (const { status, text } of answers) {
      expect({ status, text }).toStrictEqual({ status: first?.status, text: first?.text });
    }
    expect((await recordedOf(person)).slice(known.length)).toStrictEqual(records);
    const sent = person.server.messagesTo(person.phone).length + mailsTo(person) - before;
    expect(sent).toBeLessThanOrEqual(1);

    if (otherBody !== undefined) {
      expect(answered(await send(otherBody), 422)).toStrictEqual(problem(422, 'idempotency-key-reused'));
      expect((await recordedOf(person)).slice(known.length)).toStrictEqual(records);
    }
  });
});

function mailsTo(person: Person): number {
  return server.messagesTo(person.email).length + server.messagesTo(`new.${person.email}`).length;
}

/** Types of what is recorded; nothing for an account that there isn't yet. */
async function recordedOf(person: Person): Promise<readonly string[]> {
  const read = await person.call('GET', '');
  if (read.status === 404) {
    const position = await new Person(server, person.rp).enrol();
    const again = await person.call('GET', `?after=${position.position}`);
    if (again.status === 404) return [];
  }
  return person.typesRecorded();
}

describe('an idempotency key', () => {
  const named = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('is per API key: the same of another backend is another command', async () => {
    const person = await enrolled();
    const options = { ...named(newKey()), body: { factor: 'sms', purpose: 'bind-passkey' } };
    const own = answered<{ checkId: string }>(await person.call('POST', '/security-checks', options), 201);
    const others = await person.call('POST', '/security-checks', {
      ...options,
      key: server.keyFor('moomoo', 'passkeys'),
    });
    expect(answered<{ checkId: string }>(others, 201).checkId).not.toBe(own.checkId);
  });

  it('is per route and per account', async () => {
    const [ada, eve] = [await enrolled(), await enrolled()];
    const options = named(newKey());
    const body = { factor: 'sms', purpose: 'bind-passkey' };
    const checks = await Promise.all(
      [ada, eve].map((person) => person.call('POST', '/security-checks', { ...options, body })),
    );
    const [first, second] = checks.map((check) => answered<{ checkId: string }>(check, 201).checkId);
    expect(first).not.toBe(second);
    answered(await ada.call('PUT', '', { ...options, body: { displayName: 'Ada' } }), 200);
    expect((await ada.typesRecorded()).at(-1)).toBe('AccountDetailsChanged');
  });

  it('is per account where the body alone names it', async () => {
    const people = [await personWithPasskey(server, 'moomoo'), await personWithPasskey(server, 'moomoo')];
    const options = named(newKey());
    for (const person of people) {
      const { token } = await person.proofFor('withdraw-funds', {});
      answered(await person.redeem(token, 'withdraw-funds', {}, options), 200);
      expect((await person.typesRecorded()).at(-1)).toBe('StepUpConsumed');
    }
  });

  it('remembers no refusal', async () => {
    const person = await enrolled();
    const { checkId } = await person.startCheck('bind-passkey');
    const options = named(newKey());
    const wrong = otherThan(person.codeBy('sms'));
    const refused = await person.enter(checkId, wrong, options);
    expect(answered(refused, 422)).toStrictEqual(problem(422, 'wrong-code', { guessesLeft: 4 }));
    const again = await person.enter(checkId, wrong, options);
    expect(answered(again, 422)).toStrictEqual(problem(422, 'wrong-code', { guessesLeft: 3 }));
    answered(await person.enter(checkId, person.codeBy('sms'), options), 200);
  });

  it('answers for a day', async () => {
    const person = await enrolled();
    const options = { ...named(newKey()), body: { factor: 'sms', purpose: 'bind-passkey' } };
    const first = await person.call('POST', '/security-checks', options);
    server.clock.advance(24 * 3_600_000 - 1);
    expect((await person.call('POST', '/security-checks', options)).text).toBe(first.text);
    server.clock.advance(1);
    expect((await person.call('POST', '/security-checks', options)).text).not.toBe(first.text);
  });

  it('is the proof’s too: another Step-Up-Token is another body', async () => {
    const person = await personWithPasskey(server, 'moomoo');
    const parameters = { passkeyId: person.passkeyId };
    const tokens = [
      await person.proofFor('remove-passkey', parameters),
      await person.proofFor('remove-passkey', parameters),
    ];
    const key = newKey();
    const answers = [];
    for (const { token } of tokens) {
      const headers = { 'idempotency-key': key, 'step-up-token': token };
      answers.push(await person.call('DELETE', `/passkeys/${person.passkeyId}`, { headers }));
    }
    expect(answers.map(({ status, body }) => [status, body])).toStrictEqual([
      [200, expect.any(Object)],
      [422, problem(422, 'idempotency-key-reused')],
    ]);
  });

  it('has 1 to 255 characters', async () => {
    const person = await enrolled();
    for (const key of ['', 'x'.repeat(256)]) {
      const refused = await person.call('PUT', '', { ...named(key), body: {} });
      expect(answered(refused, 400)).toStrictEqual(
        problem(400, 'request-invalid', {
          errors: [{ pointer: '', detail: 'header Idempotency-Key must have 1 to 255 characters' }],
        }),
      );
    }
  });
});
