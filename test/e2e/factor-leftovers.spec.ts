import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY, MINUTE } from '../../src/domain/kernel/time.js';
import { eventually } from '../support/eventually.js';
import { answered, otherThan, Person, personWithPasskey, PHONE, problem } from '../support/journeys.js';
import { passedReset, registerAfter } from '../support/reset-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';

interface Account {
  readonly factors: readonly {
    readonly factor: string;
    readonly confirmed: boolean;
    readonly disabled?: true;
  }[];
}

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const factorsOf = async (person: Person) =>
  answered<Account>(await person.call('GET', `?after=${await person.now()}`), 200).factors;

/** Wrong entries of a factor, as the relying party tells of them: slow enough that no lock falls. */
async function failSlowly(person: Person, factor: string, times: number): Promise<void> {
  for (let failed = 0; failed < times; failed++) {
    const body = { factor, purpose: 'sign-in', outcome: 'failed' };
    answered(await person.call('POST', '/security-checks/attest', { body }), 200);
    server.clock.advance(10 * MINUTE);
  }
}

describe('M11: a hundred wrong entries in a row', () => {
  it('disable the factor alone, until an admin reinstates it; a passkey signs in all the while', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await failSlowly(ada, 'sms', 99);
    await ada.startCheck('bind-passkey', 'sms');
    await failSlowly(ada, 'sms', 1);

    const start = (factor: string) =>
      ada.call('POST', '/security-checks', { body: { factor, purpose: 'change-factors' } });
    expect(answered(await start('sms'), 423)).toStrictEqual(
      problem(423, 'factor-disabled', { factor: 'sms' }),
    );
    answered(await start('email'), 201);
    expect((await factorsOf(ada)).map(({ disabled, factor }) => [factor, disabled])).toStrictEqual([
      ['sms', true],
      ['email', undefined],
    ]);
    const choice = await ada.call('GET', `/factors?purpose=change-factors&after=${await ada.now()}`);
    expect(answered<Account>(choice, 200).factors.map(({ factor }) => factor)).toStrictEqual(['email']);
    await ada.signIn();

    const reinstate = (key?: string) =>
      ada.call('POST', '/factors/sms/reinstate', key === undefined ? {} : { key });
    answered(await reinstate(await server.keyFor('mpchat', 'accounts', 'attest')), 403);
    answered(await reinstate(), 200);
    answered(await start('sms'), 201);
    await eventually(async () => {
      const told = await server.call('GET', `/dev/outbox?to=${encodeURIComponent(ada.email)}`);
      return told.text.includes('your phone number no longer verifies you');
    });
  });

  it('are forgiven by confirming the same number anew, with a passkey', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    await failSlowly(ada, 'sms', 100);
    const change = { phone: ada.phone };
    const key = await server.keyFor('mpchat', 'accounts');
    answered(await ada.call('PUT', '', { body: change, key }), 403);
    const { token } = await ada.proofFor('change-factors', change);
    answered(await ada.call('PUT', '', { body: change, key, headers: { 'step-up-token': token } }), 200);
    answered(
      await ada.call('POST', '/factors/sms/confirm', { body: { code: otherThan(ada.codeBy('sms')) } }),
      422,
    );
    answered(await ada.call('POST', '/factors/sms/confirm', { body: { code: ada.codeBy('sms') } }), 200);
    await ada.grantFor('bind-passkey');
  });

  it('are a hundred, however many come at once', async () => {
    const ada = new Person(server, 'mpchat');
    await ada.enrol();
    await failSlowly(ada, 'password', 95);
    const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ada.call('POST', '/security-checks/attest', { body })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const passed = { ...body, outcome: 'passed' };
    expect(answered(await ada.call('POST', '/security-checks/attest', { body: passed }), 423)).toStrictEqual(
      problem(423, 'factor-disabled', { factor: 'password' }),
    );
  });
});

describe('a factor that waits for its confirmation', () => {
  const propose = async (person: Person): Promise<string> => {
    const email = `new.${person.email}`;
    const grant = await person.grantFor('change-factors', 'sms');
    answered(await person.call('PUT', '', { body: { email, grant } }), 200);
    return email;
  };
  const codeTo = (to: string) => server.messagesTo(to).find(({ purpose }) => purpose === 'code')?.code ?? '';
  const confirm = (person: Person, code: string) =>
    person.call('POST', '/factors/email/confirm', { body: { code } });

  it('can be taken back, once; its code counts for nothing then', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const email = await propose(ada);
    const body = answered<Account>(await ada.call('DELETE', '/factors/email/proposal'), 200);
    expect(body.factors.map(({ confirmed, factor }) => [factor, confirmed])).toStrictEqual([
      ['sms', true],
      ['email', true],
    ]);
    expect(answered(await confirm(ada, codeTo(email)), 409)).toStrictEqual(problem(409, 'already-confirmed'));
    const again = await ada.call('DELETE', '/factors/email/proposal');
    expect(answered(again, 404)).toStrictEqual(problem(404, 'proposal-not-found'));
  });

  it('is let go of after a day by itself, and its value with it', async () => {
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    await propose(ada);
    server.clock.advance(DAY - 1);
    expect(await factorsOf(ada)).toHaveLength(3);
    server.clock.advance(1);
    const late = await ada.call('POST', '/factors/email/confirm', { body: {} });
    // Whether it is told so by the clock or by what was recorded depends on which came first.
    expect(['proposal-expired', 'check-not-found']).toContain((late.body as { code: string }).code);
    await eventually(async () => (await factorsOf(ada)).length === 2);
    expect((await ada.history()).at(-1)).toMatchObject({
      type: 'FactorsChanged',
      actor: 'system',
      data: { changes: [{ factor: 'email', change: 'withdrawn' }], proof: { kind: 'not-needed' } },
    });
  });
});

describe('a phone number that a thief proposed', () => {
  it('is not confirmed once the owner has reset the passkeys', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const theirs = '+8613912345678';
    const grant = await ada.grantFor('change-factors', 'email');
    const key = await server.keyFor('mpchat', 'accounts');
    answered(await ada.call('PUT', '', { body: { phone: theirs, grant }, key }), 200);
    const code = server.messagesTo(theirs)[0]?.code;
    await registerAfter(ada, await passedReset(ada));
    const late = await ada.call('POST', '/factors/sms/confirm', { body: { code } });
    expect(answered(late, 409)).toStrictEqual(problem(409, 'already-confirmed'));
    expect((await factorsOf(ada)).map(({ confirmed, factor }) => [factor, confirmed])).toStrictEqual([
      ['sms', true],
      ['email', true],
    ]);
  });
});

describe('the person that a liveness check is about', () => {
  const link = (subject: string) => ({ liveness: { provider: 'sumsub', subject } });

  it('is linked by the product once, and changed only on the account’s own proof', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const key = await server.keyFor('moomoo', 'accounts');
    answered(await ada.call('PUT', '', { body: link('applicant-1'), key }), 200);
    answered(await ada.call('PUT', '', { body: link('applicant-1'), key }), 200);
    const parameters = { liveness: 'sumsub:applicant-2' };
    const refused = await ada.call('PUT', '', { body: link('applicant-2'), key });
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'change-factors', parameters }),
    );
    // A proof of something else is none.
    const other = await ada.proofFor('change-factors', { liveness: 'sumsub:applicant-3' });
    const headersOf = (token: string) => ({ 'step-up-token': token });
    answered(
      await ada.call('PUT', '', { body: link('applicant-2'), key, headers: headersOf(other.token) }),
      403,
    );
    // Nor is a code, which is asked for the passkey in the same words.
    const grant = await ada.grantFor('change-factors');
    const byCode = await ada.call('PUT', '', { body: { ...link('applicant-2'), grant }, key });
    expect(answered(byCode, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'change-factors', parameters }),
    );
    const bound = await ada.grantFor('bind-passkey');
    const { token } = await ada.proofFor('change-factors', parameters);
    answered(await ada.call('PUT', '', { body: link('applicant-2'), key, headers: headersOf(token) }), 200);
    const body = { grant: bound, device: PHONE, entryPoint: 'security-center' };
    const late = await ada.call('POST', '/passkeys/registrations', { body });
    expect(answered(late, 409)).toStrictEqual(problem(409, 'security-epoch-passed'));
    await settled(server);
    for (const to of [ada.phone, ada.email]) {
      expect(server.messagesTo(to)[0]?.text).toContain('whose face can reset your passkeys was replaced');
    }
    answered(await ada.call('PUT', '', { body: link('applicant-1'), key, headers: headersOf(token) }), 403);
  });
});

describe('a budget that is spent', () => {
  it('says when it is open again, to the second, and is by then', async () => {
    const address = '198.51.100.77';
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    const headers = { 'latchkey-end-user-address': address };
    const guess = () => ada.enter('no-such-check', '000000', { headers });
    for (let guesses = 0; guesses < 100; guesses++) answered(await guess(), 404);
    server.clock.advance(MINUTE);
    const refused = await guess();
    answered(refused, 429);
    expect(refused.headers['retry-after']).toBe('540');
    server.clock.advance(9 * MINUTE - 1);
    answered(await guess(), 429);
    server.clock.advance(1);
    answered(await guess(), 404);
  });
});
