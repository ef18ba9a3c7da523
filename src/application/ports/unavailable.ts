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
