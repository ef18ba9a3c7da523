import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, otherThan, Person, problem, PRODUCTS } from '../support/journeys.js';
import type { CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const from = (address: string): CallOptions => ({ headers: { 'latchkey-end-user-address': address } });

describe('guessing over many accounts', () => {
  it('is stopped by the address that it comes from, for that address alone', async () => {
    const guesser = from('203.0.113.1');
    const guess = async () => {
      const person = new Person(server, 'moomoo');
      await person.enrol();
      const { checkId } = await person.startCheck('bind-passkey');
      const wrong = otherThan(person.codeBy('sms'));
      const answers = [];
      for (let time = 0; time < 5; time++) answers.push(await person.enter(checkId, wrong, guesser));
      return { person, checkId, answers };
    };
    for (let account = 0; account < 20; account++) {
      const { answers } = await guess();
      expect(answers.map(({ status }) => status)).toStrictEqual([422, 422, 422, 422, 422]);
    }

    const { person, checkId, answers } = await guess();
    expect(answers.map(({ body }) => body)).toStrictEqual(
      Array(5).fill(problem(429, 'too-many-requests', { until: expect.any(String) })),
    );
    // Nothing of it was compared, and the owner is not kept out by it.
    expect(await person.typesRecorded()).toStrictEqual(['AccountEnrolled']);
    answered(await person.enter(checkId, person.codeBy('sms'), from('203.0.113.2')), 200);
  });
});

describe('messages to one destination', () => {
  it('are bounded, whichever product sends them', async () => {
    const [one, other] = PRODUCTS.map((rp) => new Person(server, rp)) as [Person, Person];
    answered(await one.call('PUT', '', { body: { phone: one.phone } }), 201);
    answered(await other.call('PUT', '', { body: { phone: one.phone } }), 201);
    const start = (person: Person, options: CallOptions = {}) =>
      person.call('POST', '/security-checks', {
        ...options,
        body: { factor: 'sms', purpose: 'bind-passkey' },
      });
    for (let time = 0; time < 10; time++) {
      answered(await start(one), 201);
      answered(await start(other), 201);
    }
    expect(server.messagesTo(one.phone)).toHaveLength(20);
    for (const person of [one, other]) {
      expect(answered(await start(person), 429)).toStrictEqual(
        problem(429, 'too-many-requests', { until: expect.any(String) }),
      );
    }
    expect(server.messagesTo(one.phone)).toHaveLength(20);
  });
});
