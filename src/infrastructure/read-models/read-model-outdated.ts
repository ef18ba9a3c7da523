/** A release changed the columns, and the tables that have them are still being built. It passes. */
export class ReadModelOutdated extends Error {
  /** See `unavailabilityOf`. */
  readonly unavailable = true;
  readonly reason = 'read-model-outdated';

  constructor(readonly projection: string) {
    super(`the rows of ${projection} are of another version: it is being rebuilt`);
    this.name = 'ReadModelOutdated';
  }
}
