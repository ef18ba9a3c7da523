import type { Clock } from '../../../application/ports/clock.js';
import { LivenessUnavailable } from '../../../application/ports/liveness.js';
import type { Duration } from '../../../domain/kernel/time.js';
import { SECOND } from '../../../domain/kernel/time.js';
import { Circuit } from '../../http/circuit.js';
import type { SumsubAppToken } from './request-signing.js';
import { signedHeaders } from './request-signing.js';

export interface SumsubClientOptions {
  readonly baseUrl: URL;
  readonly credentials: SumsubAppToken;
  readonly timeout?: Duration;
}

/** In ms. A user waits for the first of these calls. */
const TIMEOUT = 5 * SECOND;
const TRIES = 2;
/** Answers are some kilobytes; what is longer is not read. */
const LONGEST_ANSWER = 1_000_000;

/** Signed requests to Sumsub, tried twice. No redirect is followed: the signature is for nobody else. */
export class SumsubClient {
  private readonly circuit: Circuit;

  constructor(
    private readonly options: SumsubClientOptions,
    private readonly clock: Clock,
  ) {
    this.circuit = new Circuit(clock);
  }

  /** @throws LivenessUnavailable; undefined where there is no such thing */
  get(pathAndQuery: string): Promise<unknown> {
    return this.request('GET', pathAndQuery, '');
  }

  /** @throws LivenessUnavailable; undefined where there is no such thing */
  post(pathAndQuery: string, body: object): Promise<unknown> {
    return this.request('POST', pathAndQuery, JSON.stringify(body));
  }

  private async request(method: 'GET' | 'POST', pathAndQuery: string, body: string): Promise<unknown> {
    if (!this.circuit.admits()) throw new LivenessUnavailable('resting after failures');
    for (let tried = 1; ; tried++) {
      try {
        const answer = await this.once(method, pathAndQuery, body);
        this.circuit.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof PassingFailure)) throw error;
        this.circuit.failed();
        if (tried === TRIES) throw new LivenessUnavailable(error.message);
      }
    }
  }

  private async once(method: 'GET' | 'POST', pathAndQuery: string, body: string): Promise<unknown> {
    const url = new URL(pathAndQuery, this.options.baseUrl);
    const signal = AbortSignal.timeout(this.options.timeout ?? TIMEOUT);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...signedHeaders(
            this.options.credentials,
            method,
            url.pathname + url.search,
            body,
            this.clock.now(),
          ),
          accept: 'application/json',
          ...(method === 'POST' && { 'content-type': 'application/json' }),
        },
        ...(method === 'POST' && { body }),
        redirect: 'manual',
        signal,
      });
      text = await response.text();
    } catch {
      throw new PassingFailure(signal.aborted ? 'time-out' : 'no connection');
    }
    if (response.status === 404) return undefined;
    if (response.status === 429 || response.status >= 500)
      throw new PassingFailure(`HTTP ${response.status}`);
    // Our token, our signature or our request is wrong: trying again changes nothing.
    if (!response.ok) throw new LivenessUnavailable(`HTTP ${response.status}`);
    return jsonOf(text);
  }
}

class PassingFailure extends Error {}

function jsonOf(text: string): unknown {
  try {
    if (text.length <= LONGEST_ANSWER) return JSON.parse(text) as unknown;
  } catch {
    // Said below, without a word of what came.
  }
  throw new PassingFailure('an answer that is no JSON');
}
