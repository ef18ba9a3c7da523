import { createHmac } from 'node:crypto';
import type { Instant } from '../../../domain/kernel/time.js';

export interface SumsubAppToken {
  /** `prd:…`, or `sbx:…` for the sandbox: both are served by one host. */
  readonly appToken: string;
  readonly secretKey: string;
}

/**
 * What proves a request to Sumsub: HMAC-SHA256 in lower-case hex over seconds, method, path with query, and the very bytes of
 * the body, with nothing in between (Sumsub API reference, Authentication).
 */
export function signedHeaders(
  { appToken, secretKey }: SumsubAppToken,
  method: 'GET' | 'POST',
  pathAndQuery: string,
  body: string,
  now: Instant,
): Readonly<Record<string, string>> {
  const seconds = Math.floor(now / 1000).toString();
  const signature = createHmac('sha256', secretKey)
    .update(seconds + method + pathAndQuery + body, 'utf8')
    .digest('hex');
  return { 'X-App-Token': appToken, 'X-App-Access-Ts': seconds, 'X-App-Access-Sig': signature };
}
