import type { RecordedEvent, Revision } from '../../application/ports/event-store.js';

/** What doesn't fit, said without its contents. Each codec turns it into the error of its direction. */
export class Nonconforming extends Error {}

/** Recorded bytes that are no event of the catalogue: damaged, moved, or written by a later release. */
export class UndecodableEvent extends Error {
  readonly type: string;
  readonly stream: string;
  readonly revision: Revision;

  /** @param reason names members and what was expected of them, never what they hold */
  constructor(
    { type, stream, revision }: Pick<RecordedEvent, 'type' | 'stream' | 'revision'>,
    readonly reason: string,
  ) {
    super(`event ${revision} of ${stream} (${type}) can't be read: ${reason}`);
    this.name = 'UndecodableEvent';
    this.type = type;
    this.stream = stream;
    this.revision = revision;
  }
}

/** An event that could never be read again, refused before it is stored. */
export class UnencodableEvent extends Error {
  constructor(
    readonly type: string,
    readonly stream: string,
    readonly reason: string,
  ) {
    super(`an event of ${stream} (${type}) can't be stored: ${reason}`);
    this.name = 'UnencodableEvent';
  }
}
