/** An address a link may lead to: http(s) only, so that no answer can smuggle in a script. */
export function safeAddress(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address, location.href)) return undefined;
  const { protocol, href } = new URL(address, location.href);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** Development mode runs on a loopback host and nothing else does. */
export function isDevelopmentHost(): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
}
