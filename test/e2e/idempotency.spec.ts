import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, otherThan, Person, personWithPasskey, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { COMMANDS, enrolledAt } from './idempotent-commands.js';

let server: RunningServer;
let keys = 0;

beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const newKey = (): string => `key-${(keys += 1)}`;

describe.each(Object.entries(COMMANDS))('a call that %s', (_what, prepare) => {
  it('has one effect and one answer, however often and at once it comes with its key', async () => {
    const { person, method, path, body, otherBody, headers, records } = await prepare(server);
    const before = codesTo(person);
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
    expect([200, 201, 202]).toContain(first?.status);
    for (const { status, text } of answers) {
      expect({ status, text }).toStrictEqual({ status: first?.status, text: first?.text });
    }
    expect((await recordedOf(person)).slice(known.length)).toStrictEqual(records);
    expect(codesTo(person) - before).toBeLessThanOrEqual(1);

    if (otherBody !== undefined) {
      expect(answered(await send(otherBody), 422)).toStrictEqual(problem(422, 'idempotency-key-reused'));
      expect((await recordedOf(person)).slice(known.length)).toStrictEqual(records);
    }
  });
});

/** Notices of what came before may still be on their way, and are not counted. */
function codesTo({ email, phone }: Person): number {
  const messages = [phone, email, `new.${email}`].flatMap((to) => server.messagesTo(to));
  return messages.filter(({ purpose }) => purpose === 'code').length;
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
    const person = await enrolledAt(server);
    const options = { ...named(newKey()), body: { factor: 'sms', purpose: 'bind-passkey' } };
    const own = answered<{ checkId: string }>(await person.call('POST', '/security-checks', options), 201);
    const others = await person.call('POST', '/security-checks', {
      ...options,
      key: await server.keyFor('moomoo', 'passkeys'),
    });
    expect(answered<{ checkId: string }>(others, 201).checkId).not.toBe(own.checkId);
  });

  it('is per route and per account', async () => {
    const [ada, eve] = [await enrolledAt(server), await enrolledAt(server)];
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
    const person = await enrolledAt(server);
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
    const person = await enrolledAt(server);
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
    const person = await enrolledAt(server);
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
