import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AdvancingClock } from '../support/advancing-clock.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/journeys.js';
import { answered } from '../support/journeys.js';
import type { RequestedReset } from '../support/reset-journeys.js';
import { registerAfter, requestReset } from '../support/reset-journeys.js';
import type { RunningServer, ServerUnderTest } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { samplesOf } from '../support/scrape.js';
import type { SumsubAction } from '../support/sumsub-double.js';
import { CREDENTIALS, SumsubDouble } from '../support/sumsub-double.js';
import { afterHint, linkedPerson } from '../support/sumsub-journeys.js';

let clock: AdvancingClock;
let sumsub: SumsubDouble;
let server: RunningServer;

const run = (settings: ServerUnderTest['settings']): Promise<RunningServer> =>
  runServer({
    clock,
    settings: {
      liveness: 'sumsub',
      sumsub: { baseUrl: sumsub.url, products: new Map([['mpchat', CREDENTIALS]]) },
      ...settings,
    },
  });

beforeEach(async () => {
  clock = new AdvancingClock();
  sumsub = await SumsubDouble.start(() => clock.now());
  server = await run({ logLevel: 'info' });
});
afterEach(async () => {
  await server.close();
  await sumsub.close();
});

const NAME = 'latchkey_liveness_refusals_total';
const series = (source: string, rp: string, reason: string): string =>
  `${NAME}{source="${source}",rp="${rp}",reason="${reason}"}`;

/** Every series of refusals, those that stand at zero left out. */
async function counted(): Promise<Record<string, number>> {
  const samples = [...(await samplesOf(server))];
  return Object.fromEntries(samples.filter(([name, value]) => name.startsWith(NAME) && value > 0));
}

/** What the log says of refusals, without the time. */
function logged(): readonly unknown[] {
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => typeof msg === 'string' && msg.includes('refused'))
    .map(({ time: _time, ...said }) => said);
}

const [INFO, WARN] = [30, 40];
const answer = (reason: string): object => ({
  level: WARN,
  rp: 'mpchat',
  reason,
  msg: 'an answer of the liveness provider was refused',
});
const webhook = (rp: string | null, reason: string): object => ({
  level: INFO,
  rp,
  reason,
  msg: 'a webhook of the liveness provider was refused',
});

/** Nothing of the account, the person or the check is where operators look. */
async function namesNobody(ada: Person, { resetId }: RequestedReset): Promise<void> {
  const { text } = await server.call('GET', '/metrics', { key: null });
  const actions = sumsub.actions.flatMap(({ id, applicantId }) => [id, applicantId]);
  const sessions = sumsub.sessions.flatMap(({ userId, externalActionId }) => [
    userId,
    externalActionId,
    ...externalActionId.split('.').slice(1),
  ]);
  const told = [ada.accountId, ada.email, `applicant-of-${ada.accountId}`, resetId, ...actions, ...sessions];
  for (const one of told) {
    expect(text).not.toContain(one);
    expect(server.log()).not.toContain(one);
  }
}

describe('operators are told of a refused answer', () => {
  const review = (said: Partial<SumsubAction['review']>) => (): SumsubAction => sumsub.action({}, said);
  const action = (said: Partial<SumsubAction>) => (): SumsubAction => sumsub.action(said);
  const green = { checkType: 'FACE_LIVELINESS', answer: 'GREEN' };
  const matched = { checkType: 'FACE_MATCH', answer: 'GREEN' };

  it.each<[string, string, () => SumsubAction]>([
    ['subject', 'another applicant', action({ applicantId: 'applicant-of-somebody' })],
    ['level', 'another level', review({ levelName: 'basic-kyc-level' })],
    ['face-match', 'liveness without a face match', action({ checks: [green] })],
    ['no-liveness-check', 'a face match without liveness', action({ checks: [matched] })],
    ['no-verdict', 'an answer that there is not', review({ reviewResult: { reviewAnswer: 'YELLOW' } })],
  ])('B1 by its product and as %s: %s', async (reason, _what, lie) => {
    const ada = await linkedPerson(server, sumsub);
    const reset = await requestReset(ada);
    sumsub.actions = [lie()];
    expect(await afterHint(sumsub, ada, reset)).toBe('requested');
    expect(await counted()).toStrictEqual({ [series('answer', 'mpchat', reason)]: 1 });
    expect(logged()).toStrictEqual([answer(reason)]);
    await namesNobody(ada, reset);
  });

  it('B1 that is no list of actions', async () => {
    const ada = await linkedPerson(server, sumsub);
    const reset = await requestReset(ada);
    sumsub.fault = 'no-list';
    expect(await afterHint(sumsub, ada, reset)).toBe('requested');
    expect(await counted()).toStrictEqual({ [series('answer', 'mpchat', 'unreadable')]: 1 });
    expect(logged()).toStrictEqual([answer('unreadable')]);
    await namesNobody(ada, reset);
  });

  it('B1 each time that it is given, to the poller as well', async () => {
    const ada = await linkedPerson(server, sumsub);
    const reset = await requestReset(ada);
    sumsub.actions = [sumsub.action({}, { levelName: 'basic-kyc-level' })];
    expect(await afterHint(sumsub, ada, reset)).toBe('requested');
    clock.advance(60_000);
    await eventually(async () => (await counted())[series('answer', 'mpchat', 'level')] === 2);
    expect(logged()).toStrictEqual([answer('level'), answer('level')]);
  });

  it('B1 and of nothing where the answer is taken, or there is none yet', async () => {
    const ada = await linkedPerson(server, sumsub);
    const reset = await requestReset(ada);
    expect(await afterHint(sumsub, ada, reset)).toBe('requested');
    sumsub.actions = [sumsub.action()];
    expect(await afterHint(sumsub, ada, reset)).toBe('passed');
    await registerAfter(ada, reset);
    expect(await counted()).toStrictEqual({});
    expect(logged()).toStrictEqual([]);
  });
});

describe('operators are told of a refused webhook', () => {
  it.each<[string, Parameters<SumsubDouble['deliver']>[2], number]>([
    ['signature', { secret: 'of somebody else' }, 401],
    ['signature', { algorithm: 'none' }, 401],
    ['malformed', { body: '{"type":7}' }, 400],
  ])('B1 by its product and as %s: %j', async (reason, forged, status) => {
    const ada = await linkedPerson(server, sumsub);
    const reset = await requestReset(ada);
    expect((await sumsub.deliver(server, 'mpchat', forged)).status).toBe(status);
    expect(await counted()).toStrictEqual({ [series('webhook', 'mpchat', reason)]: 1 });
    expect(logged()).toStrictEqual([webhook('mpchat', reason)]);
    await namesNobody(ada, reset);
  });

  it('B1 without a body, which nobody can have signed', async () => {
    const headers = { 'x-payload-digest': '0'.repeat(64), 'x-payload-digest-alg': 'HMAC_SHA256_HEX' };
    answered(await server.call('POST', '/v1/webhooks/sumsub/mpchat', { key: null, headers }), 401);
    expect(logged()).toStrictEqual([webhook('mpchat', 'signature')]);
  });

  it('B1 of a product that has none, and of any that there is not under no name of the sender’s', async () => {
    for (const rp of ['moomoo', 'nobody', 'somebody', 'constructor']) {
      answered(await sumsub.deliver(server, rp), 401);
    }
    expect(await counted()).toStrictEqual({
      [series('webhook', 'moomoo', 'product')]: 1,
      [series('webhook', '', 'product')]: 3,
    });
    const unknown = webhook(null, 'product');
    expect(logged()).toStrictEqual([webhook('moomoo', 'product'), unknown, unknown, unknown]);
  });

  it('B1 of a sandbox, in production', async () => {
    await server.close();
    server = await run({
      logLevel: 'info',
      environment: 'production',
      developmentApiKey: undefined,
      masterKey: randomBytes(32).toString('base64'),
      issuer: 'https://passkeys.example',
      smtp: { url: 'smtps://mail.invalid', from: 'no-reply@passkeys.example' },
      sms: { url: 'https://sms.invalid/messages', token: 'of the gateway' },
    });
    for (const payload of [{ sandboxMode: true }, { testMode: true }]) {
      answered(await sumsub.deliver(server, 'mpchat', { payload }), 401);
    }
    expect(await counted()).toStrictEqual({ [series('webhook', 'mpchat', 'sandbox')]: 2 });
    expect(logged()).toStrictEqual([webhook('mpchat', 'sandbox'), webhook('mpchat', 'sandbox')]);
  });

  it('B1 by the count alone where the log holds warnings only, for anybody may send one', async () => {
    await server.close();
    server = await run({ logLevel: 'warn' });
    answered(await sumsub.deliver(server, 'mpchat', { secret: 'of somebody else' }), 401);
    expect(await counted()).toStrictEqual({ [series('webhook', 'mpchat', 'signature')]: 1 });
    expect(logged()).toStrictEqual([]);
  });
});

describe('before anything was refused', () => {
  it('every count is there and stands at zero, so that the first refusal is a rise', async () => {
    const samples = [...(await samplesOf(server))].filter(([name]) => name.startsWith(NAME));
    const answers = ['provider', 'subject', 'level', 'sandbox', 'face-match'];
    const unusable = ['unreadable', 'no-verdict', 'no-liveness-check'];
    const ofProduct = (rp: string) => [
      ...[...answers, ...unusable].map((reason) => series('answer', rp, reason)),
      ...['product', 'signature', 'sandbox', 'malformed'].map((reason) => series('webhook', rp, reason)),
    ];
    const expected = [series('webhook', '', 'product'), ...ofProduct('moomoo'), ...ofProduct('mpchat')];
    expect(new Map(samples)).toStrictEqual(new Map(expected.map((name) => [name, 0])));
  });
});
