import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/journeys.js';
import { answered, personWithPasskey, problem } from '../support/journeys.js';
import type { Answer, CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

const MINUTE = 60_000;
let server: RunningServer;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const from = (address: string): CallOptions => ({ headers: { 'latchkey-end-user-address': address } });

/** A good answer to a sign-in that was just opened. */
async function whole(person: Person): Promise<{ ceremonyId: string; credential: Assertion }> {
  const started = await person.startSignIn();
  return { ceremonyId: started.ceremonyId, credential: person.answer(started) as Assertion };
}

interface Assertion {
  readonly id: string;
  readonly response: { readonly signature: string };
}

const unsigned = (answer: Assertion): object => ({
  ...answer,
  response: { ...answer.response, signature: 'MAYCAQECAQE' },
});
const of = (answer: Assertion, id: string): object => ({ ...answer, id, rawId: id });
const strangersId = (): string => randomBytes(32).toString('base64url');

async function send(
  person: Person,
  make: (answer: Assertion) => object,
  options: CallOptions,
): Promise<Answer> {
  const { ceremonyId, credential } = await whole(person);
  return person.finishSignIn(ceremonyId, make(credential), options);
}

const tooMany = problem(429, 'too-many-requests', { until: expect.any(String) });

function expectTooMany({ body, headers, status }: Answer): void {
  expect({ status, body }).toStrictEqual({ status: 429, body: tooMany });
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(600);
}

describe('assertions that do not verify', () => {
  it('are bounded for the address they come from, at one product, and alike whatever is wrong with them', async () => {
    const [ada, bob] = [await personWithPasskey(server, 'moomoo'), await personWithPasskey(server, 'mpchat')];
    const attacker = from('203.0.113.1');
    // Of ids that nobody has, each another one, so that no budget but the address's is spent.
    for (let time = 0; time < 97; time++) {
      expect((await send(ada, (answer) => of(answer, strangersId()), attacker)).status).toBe(401);
    }
    expect((await send(ada, unsigned, attacker)).status).toBe(401);
    expect((await send(ada, () => ({ id: 'no assertion' }), attacker)).status).toBe(401);
    const { stepUpId, ...stepUp } = await ada.startStepUp('unlock-trading');
    const credential = unsigned(ada.answer(stepUp) as Assertion);
    expect((await ada.passStepUp(stepUpId, { credential }, attacker)).status).toBe(401);

    const recorded = await ada.typesRecorded();
    expectTooMany(await send(ada, (answer) => of(answer, strangersId()), attacker));
    expectTooMany(await send(ada, unsigned, attacker));
    expectTooMany(await send(ada, () => ({ id: 'no assertion' }), attacker));
    expectTooMany(await send(ada, (answer) => answer, attacker));
    const another = await ada.startStepUp('unlock-trading');
    expectTooMany(await ada.passStepUp(another.stepUpId, { credential: ada.answer(another) }, attacker));
    expect(await ada.typesRecorded()).toStrictEqual(recorded);

    answered(await send(ada, (answer) => answer, from('203.0.113.2')), 200);
    answered(await send(bob, (answer) => answer, attacker), 200);
    server.clock.advance(10 * MINUTE);
    answered(await send(ada, (answer) => answer, attacker), 200);
  });

  it('are bounded for a credential, known or not, and never keep its owner out', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    const nobodys = strangersId();
    for (const make of [unsigned, (answer: Assertion) => of(answer, nobodys)]) {
      for (let time = 0; time < 20; time++) {
        expect((await send(ada, make, from(`198.51.100.${time}`))).status).toBe(401);
      }
      for (let time = 20; time < 23; time++) {
        expectTooMany(await send(ada, make, from(`198.51.100.${time}`)));
      }
    }
    const owner = from('192.0.2.1');
    answered(await send(ada, (answer) => answer, owner), 200);
    const stepUp = await ada.startStepUp('unlock-trading');
    answered(await ada.passStepUp(stepUp.stepUpId, { credential: ada.answer(stepUp) }, owner), 200);
  });

  it('costs nothing to have a passkey verified, however often', async () => {
    const ada = await personWithPasskey(server, 'moomoo');
    for (let time = 0; time < 102; time++) {
      answered(await send(ada, (answer) => answer, from('203.0.113.9')), 200);
      server.clock.advance(5_000);
    }
  });
});
