import { language } from '../texts/texts.js';
import { Problem } from './problem.js';
import type { ProblemDetails } from './problem.js';

export type CommandMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const TIMEOUT_MS = 30_000;

/** The service answers in the page's language, which need not be the browser's. */
const LANGUAGE = { 'Accept-Language': language };

/** JSON over fetch to the page's own origin. Refusals are thrown as {@link Problem}. */
export class HttpApi {
  /** Called on every 401, before the problem is thrown. */
  onUnauthorized: (() => void) | undefined;

  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  query<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.#send<T>(path, { method: 'GET', headers: { ...LANGUAGE, ...this.headers, ...headers } });
  }

  /**
   * Sends a command under a fresh idempotency key. An answer lost on the way is asked for once more under
   * the same key, so the command never runs twice.
   */
  async command<T>(
    method: CommandMethod,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const request: RequestInit = {
      method,
      headers: {
        ...LANGUAGE,
        ...this.headers,
        ...headers,
        'Idempotency-Key': crypto.randomUUID(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    try {
      return await this.#send<T>(path, request);
    } catch (error) {
      if (error instanceof Problem && error.code === 'network') return this.#send<T>(path, request);
      throw error;
    }
  }

  async #send<T>(path: string, request: RequestInit): Promise<T> {
    const { response, body } = await exchange(path, request);
    if (response.ok) return body as T;
    if (response.status === 401) this.onUnauthorized?.();
    throw new Problem(response.status, isDetails(body) ? body : {});
  }
}

async function exchange(path: string, request: RequestInit): Promise<{ response: Response; body: unknown }> {
  let response: Response;
  let written: string;
  try {
    response = await fetch(path, {
      ...request,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    written = await response.text();
  } catch {
    throw new Problem(0, { code: 'network' });
  }
  return { response, body: parsed(written) };
}

function parsed(written: string): unknown {
  if (written === '') return undefined;
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return undefined;
  }
}

function isDetails(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null;
}
