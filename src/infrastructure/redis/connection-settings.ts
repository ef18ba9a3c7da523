import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';

/** The address of a Redis can't be used. The message never quotes it, for a password stands in it. */
export class UnusableRedisAddress extends Error {
  constructor(why: string) {
    super(`the address of the Redis server ${why}`);
    this.name = 'UnusableRedisAddress';
  }
}

type Server = Pick<RedisOptions, 'host' | 'port' | 'username' | 'password' | 'db' | 'tls'>;

const STANDARD_PORT = 6379;
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|::1)$/iu;
const IN_THE_CLEAR = '?tls=false';

/**
 * The server that an address names: `rediss://user:password@host:port/database` for TLS, under a certificate of that host by an
 * authority that Node trusts. `redis://` leads to this machine, or to another by `?tls=false` where the network itself is encrypted.
 * It is read here and not by the client, which takes a scheme in capitals for one without TLS, and lets parameters undo what
 * connections are held to.
 * @throws UnusableRedisAddress
 */
export function redisServerOf(address: string): Server {
  if (!URL.canParse(address)) throw new UnusableRedisAddress('is no URL');
  const url = new URL(address);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    throw new UnusableRedisAddress('does not begin with redis:// or rediss://');
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  if (host === '') throw new UnusableRedisAddress('names no host');
  const inTheClear = url.protocol === 'redis:' && url.search === IN_THE_CLEAR;
  if ((url.search !== '' && !inTheClear) || url.hash !== '')
    throw new UnusableRedisAddress('has parameters that it can’t have');
  if (url.protocol === 'redis:' && !inTheClear && !LOCAL.test(host))
    throw new UnusableRedisAddress(
      'needs rediss://, or redis:// with ?tls=false where the network is encrypted',
    );
  const [, database = ''] = /^\/?(\d*)$/u.exec(url.pathname) ?? [];
  if (url.pathname.length > 1 && database === '')
    throw new UnusableRedisAddress('has a path that is no database’s number');
  return {
    host,
    port: url.port === '' ? STANDARD_PORT : Number(url.port),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    db: Number(database),
    // RFC 6066 §3: an address is no name to be sent.
    ...(url.protocol === 'rediss:' && { tls: isIP(host) === 0 ? { servername: host } : {} }),
  };
}
