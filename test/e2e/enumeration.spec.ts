import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { answered, otherThan, Person, personWithPasskey, PRODUCTS } from '../support/journeys.js';
import { passedReset, stopReset } from '../support/reset-journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { settled } from '../support/settled.js';

/** Of what the service keeps: everything by which a request could look something up or leave something behind. */
const KEPT = {
  events: ['append', 'readStream', 'readAll', 'head'],
  ephemeral: ['put', 'get', 'delete', 'deletePrefix', 'take'],
  keyring: ['obtain', 'find', 'cached', 'destroy'],
  snapshots: ['load', 'save', 'delete'],
  rateLimits: ['spend'],
  readModels: ['reader'],
  jobs: ['enqueue'],
} as const;
/** Where the answer has left: what comes after it can't be seen in it. */
const LEFT = 'the answer has left';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());
afterEach(() => {
  jest.restoreAllMocks();
});

/** Notes each use of what the service keeps, in order, and goes on with it. */
function watched(): string[] {
  const uses: string[] = [];
  const { background, tier } = server.service;
  for (const [part, methods] of Object.entries(KEPT)) {
    const kept = tier[part as keyof typeof KEPT] as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    for (const method of methods) {
      const original = kept[method]?.bind(kept);
      if (original === undefined) continue;
      jest.spyOn(kept, method).mockImplementation((...args) => {
        uses.push(`${part}.${method}`);
        return original(...args);
      });
    }
  }
  const left = background.answerLeft.bind(background);
  jest.spyOn(background, 'answerLeft').mockImplementation(async () => {
    await left();
    uses.push(LEFT);
  });
  return uses;
}

/** What a request uses until it is answered. */
async function usesOf(request: () => Promise<Answer>): Promise<{ answer: Answer; uses: readonly string[] }> {
  await settled(server);
  const uses = watched();
  const answer = await request();
  const whole = [...uses];
  await server.service.background.done();
  jest.restoreAllMocks();
  const left = whole.indexOf(LEFT);
  return { answer, uses: left < 0 ? whole : whole.slice(0, left) };
}

describe.each(PRODUCTS)('F8: whether an account exists, at %s', (rp) => {
  async function everyone(): Promise<readonly Person[]> {
    const withPasskey = await personWithPasskey(server, rp);
    const withoutPasskey = new Person(server, rp);
    await withoutPasskey.enrol();
    const withoutFactor = new Person(server, rp);
    await withoutFactor.enrol({ phone: null, email: null });
    return [withPasskey, withoutPasskey, withoutFactor, new Person(server, rp)];
  }

  it('makes no difference to what the start of a sign-in looks up or leaves behind', async () => {
    const found = [];
    for (const person of await everyone()) {
      for (const named of [{ accountId: person.accountId }, { identifier: person.phone }]) {
        const request = () => server.call('POST', `/v1/${rp}/sign-ins`, { body: named });
        const { answer, uses } = await usesOf(request);
        answered(answer, 201);
        found.push(uses);
      }
    }
    expect(found).toStrictEqual(found.map(() => []));
  });

  it('makes none to the start of a fall-back', async () => {
    const found = [];
    for (const person of await everyone()) {
      const { answer, uses } = await usesOf(() =>
        server.call('POST', `/v1/${rp}/sign-ins/fallback`, {
          body: { accountId: person.accountId, factor: 'sms', device: { platform: 'web', appKind: 'web' } },
        }),
      );
      answered(answer, 202);
      found.push(uses);
    }
    expect(found).toStrictEqual(found.map(() => ['rateLimits.spend', 'rateLimits.spend', 'ephemeral.put']));
  });

  it('makes none to a wrong code', async () => {
    const found = [];
    for (const person of await everyone()) {
      const { checkId } = await person.startFallback('sms');
      await server.service.background.done();
      const sent = server.messagesTo(person.phone)[0]?.code ?? '000000';
      const { answer, uses } = await usesOf(() => person.finishFallback(checkId, { code: otherThan(sent) }));
      answered(answer, 422);
      found.push(uses);
    }
    expect(found).toStrictEqual(
      found.map(() => ['rateLimits.spend', 'ephemeral.get', 'ephemeral.take', 'jobs.enqueue']),
    );
  });

  it('nor whether it is locked or disputed, is told for a grant that is made up', async () => {
    const locked = await personWithPasskey(server, rp);
    const disputed = await personWithPasskey(server, rp);
    const everybody = [...(await everyone()), locked, disputed];
    const opened = new Map<Person, readonly string[]>();
    const open = async (person: Person): Promise<void> => {
      const checks = [await person.startFallback('password'), await person.startFallback('sms')];
      const before = opened.get(person) ?? [];
      opened.set(person, [...before, ...checks.map(({ checkId }) => checkId)]);
    };
    // Before the lock and after it.
    for (const person of everybody) await open(person);
    await settled(server);
    for (let time = 0; time < 10; time++) {
      const body = { factor: 'password', purpose: 'sign-in', outcome: 'failed' };
      answered(await locked.call('POST', '/security-checks/attest', { body }), 200);
    }
    answered(await stopReset(disputed, await passedReset(disputed), 'dispute'), 200);
    for (const person of everybody) await open(person);
    await settled(server);

    const told: (readonly [number, string])[] = [];
    for (const person of everybody) {
      for (const checkId of opened.get(person) ?? []) {
        const { status, text } = await person.finishFallback(checkId, { grant: 'garbage' });
        told.push([status, text]);
      }
    }
    expect(told).toHaveLength(4 * everybody.length);
    expect(told[0]).toStrictEqual([403, expect.stringContaining('grant-not-found')]);
    expect(told).toStrictEqual(told.map(() => told[0]));
  });
});
