import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/journeys.js';
import { answered, Person as Someone, personWithPasskey, problem, PRODUCTS } from '../support/journeys.js';
import { asPage, cookieOf, exchange, returnUrl } from '../support/portal-journeys.js';
import type { CallOptions, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

/** The answer to asking for a link from a sign-in; without a token the product doesn't say which. */
const link = (person: Person, signInToken?: string) =>
  person.call('POST', '/portal-links', {
    body: {
      entryPoint: 'security-center',
      returnUrl: returnUrl(server),
      ...(signInToken !== undefined && { signInToken }),
    },
  });

async function secretOf(person: Person, signInToken?: string): Promise<string> {
  const { url } = answered<{ url: string }>(await link(person, signInToken), 201);
  return new URL(url).hash.slice(1);
}

async function pageOf(person: Person, signInToken?: string): Promise<string> {
  return cookieOf(await exchange(server, await secretOf(person, signInToken)));
}

const tokenByCode = async (person: Person, factor: 'sms' | 'email'): Promise<string> =>
  answered<{ token: string }>(await person.signInByCode(factor), 200).token;

/** What the pages answer, each by the cookie of its session. */
async function answersOf(person: Person, cookies: readonly string[]): Promise<readonly number[]> {
  const answers = await Promise.all(cookies.map((cookie) => person.call('GET', '', asPage(cookie))));
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect(answered(answer, 401)).toStrictEqual(problem(401, 'session-missing'));
  }
  return answers.map(({ status }) => status);
}

const change = (person: Person, body: object) => person.call('PUT', '', { body });

describe.each(PRODUCTS)('a page of %s that somebody is in with the old phone', (rp) => {
  it('ends when the phone is taken away, and so does a link that nobody has opened yet', async () => {
    const ada = await personWithPasskey(server, rp);
    const [bySms, byPasskey] = [await tokenByCode(ada, 'sms'), (await ada.signIn()).token];
    const pages = [await pageOf(ada, bySms), await pageOf(ada), await pageOf(ada, byPasskey)];
    const [unopened, unnamed] = [await secretOf(ada, bySms), await secretOf(ada)];
    expect(await answersOf(ada, pages)).toStrictEqual([200, 200, 200]);

    answered(await change(ada, { phone: null }), 200);
    expect(await answersOf(ada, pages)).toStrictEqual([401, 401, 200]);
    for (const secret of [unopened, unnamed]) {
      expect(answered(await exchange(server, secret), 410)).toStrictEqual(problem(410, 'link-used'));
    }
    // The sign-in itself is over: it opens no other page.
    expect(answered(await link(ada, bySms), 422)).toStrictEqual(problem(422, 'token-invalid'));
    expect(await answersOf(ada, [await pageOf(ada)])).toStrictEqual([200]);
  });

  it('ends when another phone is confirmed elsewhere, not before', async () => {
    const ada = await personWithPasskey(server, rp);
    const thief = await pageOf(ada, await tokenByCode(ada, 'sms'));
    const other = new Someone(server, rp);
    answered(await change(ada, { phone: other.phone }), 200);
    expect(await answersOf(ada, [thief])).toStrictEqual([200]);
    // Nor does the thief's page confirm it without the code that went to the new phone.
    const guessed = await ada.call(
      'POST',
      '/factors/sms/confirm',
      asPage(thief, { body: { code: '000000' } }),
    );
    expect(answered(guessed, 422)).toMatchObject({ code: 'wrong-code' });
    const code = other.codeBy('sms');
    answered(await ada.call('POST', '/factors/sms/confirm', { body: { code } }), 200);
    expect(await answersOf(ada, [thief])).toStrictEqual([401]);
    const refused = await ada.call('POST', '/security-checks', {
      ...asPage(thief, { body: { factor: 'email', purpose: 'bind-passkey' } }),
    });
    expect(answered(refused, 401)).toStrictEqual(problem(401, 'session-missing'));
  });

  it('goes on where the new phone was confirmed in it, and no other page with it', async () => {
    const ada = await personWithPasskey(server, rp);
    const bySms = await tokenByCode(ada, 'sms');
    const [own, thief] = [await pageOf(ada, bySms), await pageOf(ada, bySms)];
    const other = new Someone(server, rp);
    answered(await change(ada, { phone: other.phone }), 200);
    const body = { code: other.codeBy('sms') };
    const confirmed = await ada.call('POST', '/factors/sms/confirm', asPage(own, { body }));
    expect(Object.keys(answered<object>(confirmed, 200))).toStrictEqual(['factors', 'position']);
    expect(await answersOf(ada, [own, thief])).toStrictEqual([200, 401]);
    answered(await change(ada, { phone: null }), 200);
    expect(await answersOf(ada, [own])).toStrictEqual([401]);
  });
});

describe('a page that was opened by a passkey', () => {
  async function twoPasskeys() {
    const ada = await personWithPasskey(server, 'moomoo');
    const laptop = new SoftwareAuthenticator();
    const byPhone = await ada.signIn();
    const { token } = await ada.proofFor('add-passkey');
    await ada.addPasskey('Laptop', laptop, { 'step-up-token': token });
    const started = await ada.startSignIn();
    const byLaptop = answered<{ token: string }>(
      await ada.finishSignIn(started.ceremonyId, ada.answer(started, laptop)),
      200,
    );
    return { ada, byPhone: byPhone.token, byLaptop: byLaptop.token };
  }

  /** Removes the first passkey, by a proof from that very one. */
  async function remove(
    ada: Person & { readonly passkeyId: string },
    options: CallOptions = {},
  ): Promise<void> {
    const { token } = await ada.proofFor('remove-passkey', { passkeyId: ada.passkeyId });
    const headers = { ...options.headers, 'step-up-token': token };
    answered(await ada.call('DELETE', `/passkeys/${ada.passkeyId}`, { ...options, headers }), 200);
  }

  it('ends when that one is removed, and so does a link, and its sign-in opens no other', async () => {
    const { ada, byLaptop, byPhone } = await twoPasskeys();
    const pages = [await pageOf(ada, byPhone), await pageOf(ada, byLaptop), await pageOf(ada)];
    const unopened = await secretOf(ada, byPhone);
    expect(await answersOf(ada, pages)).toStrictEqual([200, 200, 200]);
    await remove(ada);
    expect(await answersOf(ada, pages)).toStrictEqual([401, 200, 200]);
    expect(answered(await exchange(server, unopened), 410)).toStrictEqual(problem(410, 'link-used'));
    expect(answered(await link(ada, byPhone), 422)).toStrictEqual(problem(422, 'token-invalid'));
    expect(await answersOf(ada, [await pageOf(ada, byLaptop)])).toStrictEqual([200]);
  });

  it('goes on where it was removed in the page itself, and no other page with it', async () => {
    const { ada, byPhone } = await twoPasskeys();
    const [own, other] = [await pageOf(ada, byPhone), await pageOf(ada, byPhone)];
    await remove(ada, asPage(own));
    expect(await answersOf(ada, [own, other])).toStrictEqual([200, 401]);
  });
});
