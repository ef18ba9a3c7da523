import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/journeys.js';
import { answered, personWithPasskey, problem } from '../support/journeys.js';
import { registerAfter, requestReset, resetStatus, stopReset } from '../support/reset-journeys.js';
import type { RequestedReset } from '../support/reset-journeys.js';
import { eventually } from '../support/eventually.js';
import { AdvancingClock } from '../support/advancing-clock.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import type { SumsubAction } from '../support/sumsub-double.js';
import { CREDENTIALS, SumsubDouble } from '../support/sumsub-double.js';
import * as journeys from '../support/sumsub-journeys.js';

const MINUTE = 60_000;
let clock: AdvancingClock;
let sumsub: SumsubDouble;
let server: RunningServer;

const settings = (credentials = CREDENTIALS) =>
  ({
    liveness: 'sumsub',
    sumsub: { baseUrl: sumsub.url, products: new Map([['mpchat', credentials]]) },
  }) as const;

beforeEach(async () => {
  clock = new AdvancingClock();
  sumsub = await SumsubDouble.start(() => clock.now());
  server = await runServer({ clock, settings: settings() });
});
afterEach(async () => {
  await server.close();
  await sumsub.close();
});

const linkedPerson = (): Promise<Person> => journeys.linkedPerson(server, sumsub);
const status = async (ada: Person, reset: RequestedReset): Promise<unknown> =>
  (await resetStatus(ada, reset))['status'];

const afterHint = (ada: Person, reset: RequestedReset, more?: number): Promise<unknown> =>
  journeys.afterHint(sumsub, ada, reset, more);

describe('a reset by Sumsub', () => {
  it('B1 opens a session for the linked person, at the policy’s level, for this reset', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    expect(reset).toMatchObject({ provider: 'sumsub', clientToken: '_act-1' });
    expect(reset).not.toHaveProperty('url');
    const [session] = sumsub.sessions;
    expect(session).toStrictEqual({
      userId: `user-of-${ada.accountId}`,
      levelName: 'passkey-reset',
      ttlInSecs: 1_800,
      externalActionId: expect.stringMatching(/^reset\.[\w-]{22}\.[\w-]{22}$/u),
    });
    expect(session?.externalActionId).toContain(reset.resetId);
    expect(JSON.stringify(session)).not.toContain(ada.email);
  });

  it('B1 is completed by the answer to our own question after a webhook', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    sumsub.actions = [sumsub.action()];
    expect(await afterHint(ada, reset)).toBe('passed');
    const completed = (await ada.history()).find(({ type }) => type === 'LivenessResetCompleted');
    expect(completed).toMatchObject({ actor: 'liveness-provider', data: { faceMatched: true } });
    await registerAfter(ada, reset);
  });

  it('B1 is completed by the poller where no webhook ever comes', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    clock.advance(MINUTE);
    await eventually(() => sumsub.asked === 1);
    expect(await status(ada, reset)).toBe('requested');
    sumsub.actions = [sumsub.action()];
    await eventually(async () => {
      clock.advance(MINUTE / 4);
      return (await status(ada, reset)) === 'passed';
    });
  });

  it('B1 is asked about again after the service was started anew', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const { dataFolder, port } = server;
    const { developmentApiKey } = server.service.settings;
    await server.close();
    clock.advance(MINUTE);
    sumsub.actions = [sumsub.action()];
    server = await runServer({ clock, settings: { ...settings(), dataFolder, port, developmentApiKey } });
    const again = Object.assign(Object.create(ada) as Person, { server });
    await eventually(async () => (await status(again, reset)) === 'passed');
  });

  it('M11 goes on with a try that may be repeated, counts it once, and ends with one that may not', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const red = { reviewAnswer: 'RED', reviewRejectType: 'RETRY' };
    sumsub.actions = [sumsub.action({}, { reviewResult: red })];
    expect(await afterHint(ada, reset)).toBe('retry');
    expect(await afterHint(ada, reset)).toBe('retry');
    expect(await resetStatus(ada, reset)).toMatchObject({ attempt: 2 });
    const final = { reviewAnswer: 'RED', reviewRejectType: 'FINAL' };
    sumsub.actions = [sumsub.action({}, { attemptId: 'second', reviewResult: final })];
    expect(await afterHint(ada, reset)).toBe('rejected');
    await ada.signIn();
  });

  it('M11 counts the tries that Sumsub counted and that were over before it was asked', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const red = { reviewAnswer: 'RED', reviewRejectType: 'RETRY' };
    sumsub.actions = [sumsub.action({}, { attemptCnt: 4, reviewResult: red })];
    expect(await afterHint(ada, reset)).toBe('retry');
    expect(await resetStatus(ada, reset)).toMatchObject({ attempt: 5 });
    sumsub.actions = [sumsub.action({}, { attemptId: 'eleventh', attemptCnt: 11 })];
    expect(await afterHint(ada, reset)).toBe('rejected');
    await ada.signIn();
  });

  it('B1 finds its own action behind whatever else the person did since', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const others = Array.from({ length: 60 }, (_, index) =>
      sumsub.action({ id: `another-${index}`, externalActionId: `another-${index}` }),
    );
    sumsub.actions = [...others, sumsub.action()];
    expect(await afterHint(ada, reset, 2)).toBe('passed');
  });

  it('B1 needs a linked person, whom Sumsub knows and has approved', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const ask = async (): Promise<unknown> => answered(await ada.call('POST', '/resets', { body: {} }), 409);
    const missing = problem(409, 'liveness-subject-missing');
    expect(await ask()).toStrictEqual(missing);
    const link = (provider: string, subject: string) =>
      ada.call('PUT', '', { body: { liveness: { provider, subject } } });
    answered(await link('another', 'applicant-1'), 200);
    expect(await ask()).toStrictEqual(missing);
    answered(await link('sumsub', 'applicant-1'), 200);
    expect(await ask()).toStrictEqual(missing);
    sumsub.applicants.set('applicant-1', { externalUserId: 'user-1', answer: 'RED' });
    expect(await ask()).toStrictEqual(missing);
    expect(sumsub.sessions).toStrictEqual([]);
    expect(await ada.typesRecorded()).not.toContain('LivenessResetRequested');
  });
});

describe('Sumsub that lies completes nothing:', () => {
  const review = (said: Partial<SumsubAction['review']>) => (): SumsubAction => sumsub.action({}, said);
  const action = (said: Partial<SumsubAction>) => (): SumsubAction => sumsub.action(said);
  const green = { checkType: 'FACE_LIVELINESS', answer: 'GREEN' };

  it.each<[string, () => SumsubAction]>([
    ['another applicant', action({ applicantId: 'applicant-of-somebody' })],
    ['another level', review({ levelName: 'basic-kyc-level' })],
    [
      'no level',
      () => ({
        ...sumsub.action(),
        review: { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'GREEN' } },
      }),
    ],
    [
      'another external id',
      action({ externalActionId: 'reset.somebody-elses-account.somebody-elses-reset' }),
    ],
    ['a review that is under way', review({ reviewStatus: 'pending' })],
    ['a review on hold', review({ reviewStatus: 'onHold' })],
    ['an answer that there is not', review({ reviewResult: { reviewAnswer: 'YELLOW' } })],
    ['an answer in another spelling', review({ reviewResult: { reviewAnswer: 'green' } })],
    ['liveness without a face match', action({ checks: [green] })],
    ['a face match that failed', action({ checks: [green, { checkType: 'FACE_MATCH', answer: 'RED' }] })],
    ['a face match without liveness', action({ checks: [{ checkType: 'FACE_MATCH', answer: 'GREEN' }] })],
    ['a check of something else', action({ checks: [{ checkType: 'PAYMENT_METHOD', answer: 'GREEN' }] })],
  ])('B1 %s', async (_what, lie) => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    sumsub.actions = [lie()];
    expect(await afterHint(ada, reset)).toBe('requested');
    await ada.signIn();
  });

  it('B1 an action of the reset before', async () => {
    const ada = await linkedPerson();
    const first = await requestReset(ada);
    const stale = sumsub.action();
    answered(await stopReset(ada, first, 'cancel'), 200);
    const second = await requestReset(ada);
    sumsub.actions = [stale];
    expect(await afterHint(ada, second)).toBe('requested');
  });

  it('B1 an action of another account’s reset', async () => {
    const [ada, bob] = [await linkedPerson(), await linkedPerson()];
    const reset = await requestReset(ada);
    await requestReset(bob);
    sumsub.actions = [sumsub.action()];
    clock.advance(MINUTE);
    await eventually(() => sumsub.asked >= 2);
    expect(await status(ada, reset)).toBe('requested');
  });

  it('B1 a verdict that comes too late', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    clock.advance(30 * MINUTE);
    sumsub.actions = [sumsub.action()];
    answered(await sumsub.deliver(server, 'mpchat'), 204);
    await eventually(async () => (await ada.typesRecorded()).includes('LivenessResetExpired'));
    expect(await status(ada, reset)).toBe('expired');
    await ada.signIn();
  });

  it('B1 a person linked in between', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const thief = { provider: 'sumsub', subject: 'applicant-of-a-thief' };
    answered(await ada.call('PUT', '', { body: { liveness: thief } }), 200);
    sumsub.actions = [sumsub.action(), sumsub.action({ applicantId: thief.subject })];
    expect(await afterHint(ada, reset)).toBe('requested');
  });
});

describe('a webhook', () => {
  it.each<[string, Parameters<SumsubDouble['deliver']>[2]]>([
    ['signed with another secret', { secret: 'of somebody else' }],
    ['signed with the app’s secret', { secret: CREDENTIALS.secretKey }],
    ['of a weaker algorithm', { algorithm: 'HMAC_SHA1_HEX' }],
    ['of an algorithm that was not agreed', { algorithm: 'HMAC_SHA512_HEX' }],
    ['that names an algorithm which there is not', { algorithm: 'none' }],
    ['with a digest made up', { digest: '0'.repeat(64) }],
    ['with an empty digest', { digest: '' }],
    ['with a digest of another length', { digest: 'ab' }],
    ['with another body than was signed', { body: '{}', sent: '{"type":"applicantActionReviewed"}' }],
  ])('B1 %s is refused and asks nothing', async (_what, forged) => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    sumsub.actions = [sumsub.action()];
    const refused = await sumsub.deliver(server, 'mpchat', forged);
    expect(answered(refused, 401)).toStrictEqual(problem(401, 'webhook-refused'));
    expect(sumsub.asked).toBe(0);
    expect(await status(ada, reset)).toBe('requested');
  });

  it('B1 with a truncated body is refused', async () => {
    const ada = await linkedPerson();
    await requestReset(ada);
    const body = '{"type":"applicantActionReviewed"}';
    const refused = await sumsub.deliver(server, 'mpchat', { body, sent: body.slice(0, -9) });
    expect(refused.status).toBe(400);
    expect(sumsub.asked).toBe(0);
  });

  it('B1 of a product that has none, or that there is not, is refused in the same words', async () => {
    const ada = await linkedPerson();
    await requestReset(ada);
    for (const rp of ['moomoo', 'nobody']) {
      const refused = await sumsub.deliver(server, rp);
      expect(answered(refused, 401)).toStrictEqual(problem(401, 'webhook-refused'));
    }
  });

  it('B1 that says GREEN by itself completes nothing', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    expect(await afterHint(ada, reset)).toBe('requested');
  });

  it('B1 that comes again asks once', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    const same = { payload: { createdAtMs: 'the same' } };
    for (let time = 0; time < 5; time++) answered(await sumsub.deliver(server, 'mpchat', same), 204);
    await eventually(() => sumsub.asked > 0);
    await eventually(async () => {
      const { running, due } = await server.service.tier.jobs.counts();
      return running + due === 0;
    });
    expect(sumsub.asked).toBe(1);
    expect(await status(ada, reset)).toBe('requested');
  });

  it('B1 that comes out of order, or about nothing of ours, harms nothing', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    sumsub.actions = [sumsub.action()];
    expect(await afterHint(ada, reset)).toBe('passed');
    for (const payload of [
      { type: 'applicantActionPending' },
      { type: 'applicantReviewed', externalApplicantActionId: null },
      {
        type: 'applicantActionReviewed',
        externalApplicantActionId: 'reset.nobody-knows-this-one.nor-that-one-at-all',
      },
    ]) {
      answered(await sumsub.deliver(server, 'mpchat', { payload }), 204);
    }
    await registerAfter(ada, reset);
    expect(await status(ada, reset)).toBe('passed');
    expect((await ada.typesRecorded()).filter((type) => type === 'LivenessResetCompleted')).toHaveLength(1);
  });
});

describe('Sumsub that can’t be reached', () => {
  it.each(['down', 'nonsense', 'redirects', 'refuses'] as const)(
    'refuses a reset that can’t be begun, which costs no attempt: %s',
    async (fault) => {
      const ada = await linkedPerson();
      sumsub.fault = fault;
      const refused = await ada.call('POST', '/resets', { body: {} });
      expect(answered(refused, 503)).toStrictEqual(problem(503, 'liveness-unavailable'));
      await ada.signIn();
      await ada.proofFor('open-wallet');
      sumsub.fault = undefined;
      clock.advance(MINUTE);
      expect(await resetStatus(ada, await requestReset(ada))).toMatchObject({ attempt: 1 });
    },
  );

  it('is asked again until it is back', async () => {
    const ada = await linkedPerson();
    const reset = await requestReset(ada);
    sumsub.actions = [sumsub.action()];
    sumsub.fault = 'down';
    answered(await sumsub.deliver(server, 'mpchat'), 204);
    clock.advance(MINUTE);
    expect(await status(ada, reset)).toBe('requested');
    sumsub.fault = undefined;
    await eventually(async () => {
      clock.advance(MINUTE / 4);
      return (await status(ada, reset)) === 'passed';
    });
  });

  it('is not waited for by anybody after it has failed five times', async () => {
    const ada = await linkedPerson();
    sumsub.fault = 'down';
    for (let time = 0; time < 3; time++) await ada.call('POST', '/resets', { body: {} });
    sumsub.fault = 'silent';
    const began = performance.now();
    expect((await ada.call('POST', '/resets', { body: {} })).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('is not there for a product without its settings, whose other calls work', async () => {
    const bob = await personWithPasskey(server, 'moomoo');
    const liveness = { provider: 'sumsub', subject: 'applicant-7' };
    answered(await bob.call('PUT', '', { body: { liveness } }), 200);
    const refused = await bob.call('POST', '/resets', { body: {} });
    expect(answered(refused, 503)).toStrictEqual(problem(503, 'liveness-unavailable'));
    await bob.signIn();
  });
});
