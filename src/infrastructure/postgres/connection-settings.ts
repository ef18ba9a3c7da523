import { accessSync, constants } from 'node:fs';
import type { ClientConfig } from 'pg';

/** The address of a database can't be used. The message never quotes it, for a password stands in it. */
export class UnusableAddress extends Error {
  constructor(why: string) {
    super(`the address of the PostgreSQL database ${why}`);
    this.name = 'UnusableAddress';
  }
}

/** What an address may say beside where the database is. Anything else could undo what sessions are held to. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey'];
const PARAMETERS = ['sslmode', ...FILES];

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|%2f.*)$/iu;

/**
 * The connection that an address names: `postgres://user:password@host:port/database`, where `%2Ffolder` for a host is the
 * folder of a socket. To another machine it says `sslmode=verify-full` (with `sslrootcert=file` where the authority is none
 * that Node trusts), or `sslmode=disable` where the network itself is encrypted. The modes between them check half of what
 * they encrypt, and are refused.
 * @throws UnusableAddress
 */
export function connectionOf(address: string): ClientConfig {
  if (!URL.canParse(address)) throw new UnusableAddress('is no URL');
  const url = new URL(address);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new UnusableAddress('does not begin with postgres://');
  if (url.hostname === '' || url.pathname.length < 2)
    throw new UnusableAddress('names no host or no database');
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw new UnusableAddress(`has a parameter other than ${PARAMETERS.join(', ')}`);
  const unreadable = FILES.find((name) => !isReadable(url.searchParams.get(name)));
  if (unreadable !== undefined)
    throw new UnusableAddress(`names a file that can't be read as its ${unreadable}`);
  const mode = url.searchParams.get('sslmode');
  if (mode === 'verify-full') return { connectionString: url.href };
  if (mode === 'disable' || (mode === null && LOCAL.test(url.hostname))) {
    url.search = '';
    return { connectionString: url.href, ssl: false };
  }
  throw new UnusableAddress('needs sslmode=verify-full, or sslmode=disable where the network is encrypted');
}

function isReadable(file: string | null): boolean {
  if (file === null) return true;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
