import { HttpApi } from '../api/http.js';
import { hasCode, Problem } from '../api/problem.js';
import { language } from '../texts/texts.js';
import type { ConsoleSession } from './contract.js';
import { say } from './texts/say.js';

/** No other origin can set it: the session counts with it alone. */
const HEADERS = { 'Latchkey-Console': '1' };

/** A refusal in words that fit the console better than those for account holders. */
class Explained extends Problem {
  constructor({ status, details }: Problem, message: string) {
    super(status, details);
    this.message = message;
  }
}

/** The API under the console's session. The key is sent once, to open it, and kept nowhere. */
export class ConsoleApi {
  readonly #http = new HttpApi(HEADERS);

  /** @param ended called when the session no longer counts */
  set onEnded(ended: () => void) {
    this.#http.onUnauthorized = ended;
  }

  open(key: string): Promise<ConsoleSession> {
    return this.#http.command('POST', '/console/sessions', { key });
  }

  current(): Promise<ConsoleSession> {
    return this.#http.query('/console/sessions/current');
  }

  close(): Promise<undefined> {
    return this.#http.command('DELETE', '/console/sessions/current');
  }

  async read<T>(rp: string, path: string, query: Query = {}): Promise<T> {
    try {
      return await this.#http.query<T>(addressOf(rp, path, query));
    } catch (error) {
      if (hasCode(error, 'account-not-found')) throw new Explained(error, say('search.no-account'));
      throw error;
    }
  }

  /** The answer as it comes, for what is too long to wait for. @throws Problem */
  async stream(rp: string, path: string, query: Query, signal: AbortSignal): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(addressOf(rp, path, query), {
        headers: { ...HEADERS, 'Accept-Language': language },
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Problem(0, { code: 'network' });
    }
    if (response.ok) return response;
    if (response.status === 401) this.#http.onUnauthorized?.();
    throw new Problem(response.status, (await response.json().catch(() => ({}))) as Problem['details']);
  }
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Where the API answers this: also what a backend would ask. */
export function addressOf(rp: string, path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/v1/${encodeURIComponent(rp)}/${path}${search === '' ? '' : `?${search}`}`;
}
