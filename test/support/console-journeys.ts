import { expect } from '@jest/globals';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import type { Visitor } from './browser-visitor.js';
import { answered, Person } from './journeys.js';
import type { Product } from './journeys.js';
import { cookieOf } from './portal-journeys.js';
import type { RunningServer } from './running-server.js';

/** What the page asks first: whether its browser has a session already. */
export const NO_SESSION = '401 session-missing';

/** Signs in with a key, and is where the fragment leads. */
export async function openConsole(visitor: Visitor, key: string, fragment = ''): Promise<void> {
  await visitor.page.goto(`/console${fragment}`);
  await visitor.see('console-key');
  await visitor.fill('console-key', key);
  await visitor.click('console-open');
  await visitor.see('console-who');
  expect(await visitor.watch.takeRefusals()).toStrictEqual([NO_SESSION]);
}

/** From where the console is to somewhere else in it, as a link leads there: the address has to change, or this waits for ever. */
export function goTo(visitor: Visitor, fragment: string): Promise<void> {
  return ledOn(visitor, () => visitor.page.evaluate(`location.hash = ${JSON.stringify(fragment)}`));
}

/**
 * Does what changes the fragment, and is back once the page has put up its view. The address alone says too little: a
 * browser changes it first and tells the page in a later task, and whoever looks in between sees the view of before.
 */
export async function ledOn({ page }: Visitor, act: () => Promise<unknown>): Promise<void> {
  const change = await page.evaluateHandle<{ readonly told: Promise<unknown> }>(
    `({ told: new Promise((resolve) => addEventListener('hashchange', () => resolve(), { once: true })) })`,
  );
  await act();
  await change.evaluate(({ told }) => told);
}

/** As the console calls: with its cookie and the header that no other origin can send. */
export const byConsole = (cookie: string): Readonly<Record<string, string>> => ({
  cookie,
  'latchkey-console': '1',
  'sec-fetch-site': 'same-origin',
});

/** The cookie of a session that a key opens. */
export async function consoleCookie(server: RunningServer, key: string): Promise<string> {
  const opened = await server.call('POST', '/console/sessions', { key: null, body: { key } });
  answered(opened, 201);
  return cookieOf(opened);
}

export async function revoke(server: RunningServer, key: string): Promise<void> {
  const keys = new ApiKeys(server.service.tier.apiKeys);
  const { keyId } = (await keys.find(key)) ?? { keyId: '' };
  expect(await keys.revoke(keyId, server.clock.now())).toBe(true);
}

/** A product's history: somebody with a passkey that was used, and so many who were enrolled only. */
export async function history(
  server: RunningServer,
  rp: Product,
  enrolled: number,
): Promise<{ readonly ada: Person; readonly position: string }> {
  const ada = new Person(server, rp);
  await ada.enrol({ displayName: 'Ada' });
  await ada.addPasskey();
  await ada.signIn();
  let position = '';
  for (let people = 0; people < enrolled; people += 1) {
    ({ position } = await new Person(server, rp).enrol());
  }
  return { ada, position };
}

interface Event {
  readonly leafIndex: number;
  readonly type: string;
  readonly text: string;
  readonly correlationId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the API says of the same, to a key of its own. */
export async function eventsOf(server: RunningServer, rp: Product, query: string): Promise<readonly Event[]> {
  const path = `/v1/${rp}/audit/events?limit=1000&${query}`;
  return answered<{ events: readonly Event[] }>(await server.call('GET', path), 200).events;
}

export const textsOf = async (visitor: Visitor, testId: string): Promise<readonly string[]> =>
  (await visitor.find(testId).allInnerTexts()).map((text) => text.trim());
