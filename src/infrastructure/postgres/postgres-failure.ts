/**
 * `lost`: the connection, or none was to be had; whether the statement was carried out is not known. `timed-out`: it took too
 * long, and was undone. `data`: this statement's own values are the reason, and others would succeed.
 */
export type FailureKind = 'lost' | 'timed-out' | 'data' | 'other';

/** A statement failed. The server's own words are left out, for they quote values. */
export class PostgresFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    /** SQLSTATE (PostgreSQL 15, appendix A), or the code of a system error. */
    readonly code: string,
    where: string,
  ) {
    super(`PostgreSQL failed with ${code}${where}`);
    this.name = 'PostgresFailure';
  }

  /** See `unavailabilityOf`. */
  get unavailable(): boolean {
    return this.kind === 'lost' || this.kind === 'timed-out';
  }

  get reason(): string {
    return `postgres-${this.kind}`;
  }
}

/** Class 57 and others: the server stops, starts, is full, or has become a standby. Another connection may do. */
const LOST_STATES = ['57P01', '57P02', '57P03', '57P05', '53300', '25006'];
const TIMED_OUT_STATES = ['57014', '55P03', '25P03'];
const SQLSTATE = /^[0-9A-Z]{5}$/u;

/** The driver gives these no code. */
const LOST_MESSAGES =
  /^Connection terminated|^timeout exceeded when trying to connect|^Query read timeout|not queryable/u;
const LOST_ERRORS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/** What a failure of the driver means. What is none of its failures comes back as it is. */
export function postgresFailure(thrown: unknown): unknown {
  if (thrown instanceof PostgresFailure || typeof thrown !== 'object' || thrown === null) return thrown;
  if (LOST_MESSAGES.test(memberOf(thrown, 'message') ?? ''))
    return new PostgresFailure('lost', 'no answer', '');
  const code = memberOf(thrown, 'code');
  if (code === undefined) return thrown;
  if (LOST_ERRORS.includes(code)) return new PostgresFailure('lost', code, '');
  if (!SQLSTATE.test(code)) return thrown;
  // Of a statement's text, which is our own.
  if (code.startsWith('42'))
    return new PostgresFailure('other', code, `: ${memberOf(thrown, 'message') ?? ''}`);
  const places = ['schema', 'table', 'column', 'constraint'].flatMap((member) => {
    const name = memberOf(thrown, member);
    return name === undefined ? [] : [`${member} ${name}`];
  });
  return new PostgresFailure(kindOf(code), code, places.length === 0 ? '' : ` (${places.join(', ')})`);
}

export function isLost(failure: unknown): boolean {
  return failure instanceof PostgresFailure && failure.kind === 'lost';
}

function kindOf(state: string): FailureKind {
  if (state.startsWith('08') || LOST_STATES.includes(state)) return 'lost';
  if (TIMED_OUT_STATES.includes(state)) return 'timed-out';
  return state.startsWith('22') || state.startsWith('23') ? 'data' : 'other';
}

function memberOf(thrown: object, name: string): string | undefined {
  const value: unknown = name in thrown ? thrown[name as keyof typeof thrown] : undefined;
  return typeof value === 'string' ? value : undefined;
}
