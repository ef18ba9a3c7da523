/** Hosts of this machine, as `URL` writes them. */
export const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where we send secrets to.
 * @throws where it is neither https nor on this machine: they never travel in the clear
 */
export function outgoingUrl(text: string, what: string): URL {
  const url = new URL(text);
  const local = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !local) throw new Error(`the URL of ${what} must begin with https://`);
  return url;
}
