import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, otherThan, Person, problem, PRODUCTS } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const DAY = 86_400_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

describe.each(PRODUCTS)('a phone number at %s', (rp) => {
  const plainKey = () => server.keyFor(rp, 'accounts', 'passkeys', 'step-up');

  it('is not changed without a fresh proof, and says which', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const next = new Person(server, rp).phone;
    const refused = await ada.call('PUT', '', { key: await plainKey(), body: { phone: next } });
    expect(answered(refused, 403)).toStrictEqual(
      problem(403, 'step-up-required', { action: 'change-factors', parameters: { phone: next } }),
    );
    expect(await ada.typesRecorded()).toStrictEqual(['AccountEnrolled']);
  });

  it('is proposed on a grant of another factor and counts once its own code came back', async () => {
    const ada = new Person(server, rp);
    const { factors } = await ada.enrol();
    const key = await plainKey();
    const next = new Person(server, rp).phone;
    const bySms = await ada.grantFor('change-factors', 'sms');
    const self = await ada.call('PUT', '', { key, body: { phone: next, grant: bySms } });
    expect(answered(self, 409)).toStrictEqual(problem(409, 'factor-in-use'));

    const grant = await ada.grantFor('change-factors', 'email');
    const proposed = await ada.call('PUT', '', { key, body: { phone: next, grant } });
    const pending = { factor: 'sms', destination: `+86 1851*****${next.slice(-2)}`, confirmed: false };
    expect(answered(proposed, 200)).toStrictEqual({
      accountId: ada.accountId,
      userHandle: expect.any(String),
      factors: [factors[0], pending, factors[1]],
      position: expect.any(String),
    });
    const spent = await ada.call('PUT', '', { key, body: { email: 'x@example.com', grant } });
    expect(answered(spent, 403)).toStrictEqual(problem(403, 'grant-spent'));

    const [message] = server.messagesTo(next);
    expect(message?.text).toContain('confirm this phone number');
    const code = message?.code ?? '';
    const wrong = await ada.call('POST', '/factors/sms/confirm', { key, body: { code: otherThan(code) } });
    expect(answered(wrong, 422)).toStrictEqual(problem(422, 'wrong-code', { guessesLeft: 4 }));
    const confirmed = await ada.call('POST', '/factors/sms/confirm', { key, body: { code } });
    expect(answered(confirmed, 200)).toStrictEqual({
      factors: [{ ...pending, confirmed: true }, factors[1]],
      position: expect.any(String),
    });
    const read = await ada.call('GET', `?after=${await ada.now()}`);
    expect(answered<{ coolingOff: object }>(read, 200).coolingOff).toStrictEqual({
      phoneChangeUntil: server.clock.in(DAY),
      emailChangeUntil: null,
      resetUntil: null,
    });

    // The number that was given up is anybody's now, and the new one is nobody else's.
    const other = new Person(server, rp);
    answered(await other.call('PUT', '', { body: { phone: next } }), 409);
    answered(await other.call('PUT', '', { body: { phone: ada.phone } }), 201);
  });

  it('is sent another code on request, after which the first counts no more', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const next = new Person(server, rp).phone;
    answered(await ada.call('PUT', '', { body: { phone: next } }), 200);
    answered(await ada.call('POST', '/factors/sms/confirm', { body: {} }), 200);
    const [second, first] = server.messagesTo(next).map(({ code }) => code ?? '');
    if (first !== second) {
      answered(await ada.call('POST', '/factors/sms/confirm', { body: { code: first } }), 422);
    }
    answered(await ada.call('POST', '/factors/sms/confirm', { body: { code: second } }), 200);
  });

  it('is not confirmed where nothing was proposed', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const confirmed = await ada.call('POST', '/factors/sms/confirm', { body: { code: '123456' } });
    expect(answered(confirmed, 409)).toStrictEqual(problem(409, 'already-confirmed'));
    const absent = await ada.call('POST', '/factors/totp/confirm', { body: { code: '123456' } });
    expect(answered(absent, 404)).toStrictEqual(problem(404, 'check-not-found'));
    const fax = await ada.call('POST', '/factors/fax/confirm', { body: { code: '123456' } });
    expect(answered(fax, 400)).toStrictEqual(
      problem(400, 'request-invalid', { errors: [{ pointer: '/factor', detail: expect.any(String) }] }),
    );
  });

  it('is not taken away where it is the last way in', async () => {
    const ada = new Person(server, rp);
    answered(await ada.call('PUT', '', { body: { phone: ada.phone } }), 201);
    const refused = await ada.call('PUT', '', { body: { phone: null } });
    expect(answered(refused, 409)).toStrictEqual(problem(409, 'last-way-in'));
  });
});

describe.each(PRODUCTS)('an identifier at %s', (rp) => {
  it('belongs to one account, however it is written', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    for (const body of [
      { email: ada.email.toUpperCase() },
      { phone: `${ada.phone.slice(0, 3)} ${ada.phone.slice(3, 6)}-${ada.phone.slice(6)}` },
      { identifiers: [ada.email] },
    ]) {
      const taken = await new Person(server, rp).call('PUT', '', { body });
      expect(answered(taken, 409)).toStrictEqual(problem(409, 'identifier-taken'));
    }
  });

  it('may be held by one account of each product', async () => {
    const ada = new Person(server, rp);
    await ada.enrol();
    const elsewhere = new Person(server, rp === 'mpchat' ? 'moomoo' : 'mpchat');
    answered(await elsewhere.call('PUT', '', { body: { email: ada.email } }), 201);
  });

  it('goes to one of those that ask for it at the same moment', async () => {
    const people = Array.from({ length: 8 }, () => new Person(server, rp));
    const email = `wanted@${rp}.example.com`;
    const answers = await Promise.all(people.map((person) => person.call('PUT', '', { body: { email } })));
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([201, ...Array<number>(7).fill(409)]);
  });
});

describe.each(PRODUCTS)('an email at %s that several accounts propose', (rp) => {
  it('is confirmed by one of them', async () => {
    const people = [new Person(server, rp), new Person(server, rp), new Person(server, rp)];
    const email = `proposed@${rp}.example.com`;
    for (const person of people) {
      await person.enrol();
      answered(await person.call('PUT', '', { body: { email } }), 200);
    }
    const codes = server.messagesTo(email).map(({ code }) => code);
    const answers = await Promise.all(
      people.map((person, index) =>
        person.call('POST', '/factors/email/confirm', { body: { code: codes[2 - index] } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toStrictEqual([200, 409, 409]);
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toStrictEqual(problem(409, 'identifier-taken'));
    }
  });
});
