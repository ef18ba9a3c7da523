import { z } from 'zod';
import type { EventToAppend, RecordedEvent, Revision } from '../../application/ports/event-store.js';
import { UnusableExport } from './export-file.js';

/** An event apart from where a store put it in its total order, which is told by where it stands among the others. */
export interface MovedEvent extends EventToAppend {
  readonly stream: string;
  readonly revision: Revision;
}

/** No store keeps a zero character in a text. */
const text = z.string().regex(/^[^\0]+$/u);

const LINE = z.strictObject({
  stream: text,
  revision: z.int().nonnegative(),
  eventId: z.uuid().lowercase(),
  type: text,
  body: z.base64(),
});

export function lineOf({ body, eventId, revision, stream, type }: RecordedEvent): object {
  return { stream, revision, eventId, type, body: Buffer.from(body).toString('base64') } satisfies z.infer<
    typeof LINE
  >;
}

/** @throws UnusableExport where it is no event's line; what stands there is not quoted */
export function eventIn(file: string, line: object): MovedEvent {
  const { data, success } = LINE.safeParse(line);
  if (!success) throw new UnusableExport(file, 'holds a line that is no event');
  return { ...data, body: new Uint8Array(Buffer.from(data.body, 'base64')) };
}

export function isSame(one: MovedEvent, other: MovedEvent): boolean {
  return (
    one.eventId === other.eventId &&
    one.stream === other.stream &&
    one.revision === other.revision &&
    one.type === other.type &&
    Buffer.compare(one.body, other.body) === 0
  );
}
