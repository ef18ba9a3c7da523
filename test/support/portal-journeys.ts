import type { Person } from './journeys.js';
import { answered } from './journeys.js';
import type { Answer, CallOptions, RunningServer } from './running-server.js';

export const returnUrl = ({ origin }: RunningServer): string => `${origin}/back?from=portal`;

/** The secret of a link to the Security Center. */
export async function linkFor(person: Person): Promise<string> {
  const body = { entryPoint: 'security-center', returnUrl: returnUrl(person.server) };
  const { url } = answered<{ url: string }>(await person.call('POST', '/portal-links', { body }), 201);
  return new URL(url).hash.slice(1);
}

export function exchange(
  server: RunningServer,
  secret: string,
  headers: CallOptions['headers'] = {},
): Promise<Answer> {
  return server.call('POST', '/portal/sessions', { key: null, headers, body: { secret } });
}

export function cookieOf(answer: Answer): string {
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** As the page calls: with its cookie and the header that no other origin can send. */
export const asPage = (cookie: string, more: CallOptions = {}): CallOptions => ({
  ...more,
  key: null,
  headers: { cookie, 'latchkey-portal': '1', 'sec-fetch-site': 'same-origin', ...more.headers },
});

/** Opens the Security Center, and gives the cookie of its session. */
export async function visitBy(person: Person): Promise<string> {
  return cookieOf(await exchange(person.server, await linkFor(person)));
}
