/** A moment, in whole milliseconds since the Unix epoch. Edges show it as RFC 3339 UTC. */
export type Instant = number;

/** A length of time, in whole milliseconds. */
export type Duration = number;

export const SECOND: Duration = 1_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;
