import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person, StepUp } from '../support/journeys.js';
import { answered, personWithPasskey, problem } from '../support/journeys.js';
import { asPage, cookieOf, exchange, returnUrl } from '../support/portal-journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

const link = (person: Person, signInToken?: string) =>
  person.call('POST', '/portal-links', {
    body: {
      entryPoint: 'security-center',
      returnUrl: returnUrl(server),
      ...(signInToken && { signInToken }),
    },
  });

async function pageAfter(person: Person, signInToken?: string): Promise<string> {
  const { url } = answered<{ url: string }>(await link(person, signInToken), 201);
  return cookieOf(await exchange(server, new URL(url).hash.slice(1)));
}

describe('M10: a step-up on a page', () => {
  const withdrawal = {
    action: 'onchain-withdrawal',
    parameters: { amount: '1', asset: 'USDT', address: 'T1' },
  };

  /** Begun on the page: the answer to asking for a code by this factor. */
  async function codeFor(person: Person, cookie: string, factor: 'sms' | 'email', more: object = {}) {
    const asked = await person.call(
      'POST',
      '/step-ups',
      asPage(cookie, { body: { ...withdrawal, ...more } }),
    );
    const { stepUpId } = answered<StepUp>(asked, 201);
    return person.call(
      'POST',
      '/security-checks',
      asPage(cookie, { body: { factor, purpose: 'step-up', stepUpId } }),
    );
  }

  it('is not proven again by the factor that the sign-in used, whatever the page says', async () => {
    const ada = await personWithPasskey(server, 'mpchat');
    const { token } = answered<{ token: string }>(await ada.signInByCode('sms'), 200);
    const byPasskey = (await ada.signIn()).token;
    answered(await codeFor(ada, await pageAfter(ada), 'sms'), 201);
    const cookie = await pageAfter(ada, token);
    for (const more of [{}, { signInToken: byPasskey }]) {
      expect(answered(await codeFor(ada, cookie, 'sms', more), 409)).toMatchObject({
        code: 'factor-not-available',
      });
    }
    answered(await codeFor(ada, cookie, 'email'), 201);
    answered(await codeFor(ada, await pageAfter(ada, byPasskey), 'sms'), 201);
  });

  it('is opened by no token that doesn’t hold, or is another’s', async () => {
    const [ada, bob] = [await personWithPasskey(server, 'mpchat'), await personWithPasskey(server, 'mpchat')];
    for (const token of ['made up', (await bob.signIn()).token]) {
      expect(answered(await link(ada, token), 422)).toStrictEqual(problem(422, 'token-invalid'));
    }
  });
});
