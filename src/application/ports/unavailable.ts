/**
 * Something that the service needs can't be reached now, or didn't answer in time. Whether what was asked for was done is not
 * known; whoever asks again with the same idempotency key finds out. Its message and reason quote nothing.
 */
export class Unavailable extends Error {
  /** @param reason which part of the service, and what of it: two or three words */
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'Unavailable';
  }
}

/**
 * What an adapter's own error says of itself where its connection or its server is at fault: `unavailable: true`, and a `reason` of
 * two or three words.
 */
export function unavailabilityOf(error: unknown): string | undefined {
  if (error instanceof Unavailable) return error.reason;
  if (!(error instanceof Error) || !('unavailable' in error) || error.unavailable !== true) return undefined;
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
}
