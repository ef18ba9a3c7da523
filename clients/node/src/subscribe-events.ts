import type { Connection } from './connection.js';
import type { CallOptions } from './definitions.js';
import { isBreak } from './errors.js';
import type { RecordedEvent } from './generated/latchkey/v1/audit.js';
import { AuditServiceDefinition } from './generated/latchkey/v1/audit.js';
import { pause, pauseAfter } from './pauses.js';

export interface Subscription extends Pick<CallOptions, 'signal'> {
  /** The `position` of the last event that was dealt with. Absent: from the very first event on. */
  readonly after?: string;
  /** Called each time that nothing is left behind. */
  readonly caughtUp?: () => void;
}

const { subscribeEvents: METHOD } = AuditServiceDefinition.methods;

/**
 * The product's events in order, without gap or repeat, over as many connections as it takes. Goes on until `signal` aborts
 * or the client is closed, and then ends without an error. The next event is fetched when it is asked for: a slow taker
 * holds up nobody.
 * @throws LatchkeyError where the service refuses, as for a key that was revoked
 */
export async function* subscribeEvents(
  connection: Connection,
  { after, caughtUp, signal }: Subscription,
): AsyncGenerator<RecordedEvent, void> {
  const ended = signal === undefined ? connection.closed : AbortSignal.any([connection.closed, signal]);
  let position = after;
  let failures = 0;
  const over = (): boolean => ended.aborted;
  while (!over()) {
    let asked: number | undefined;
    try {
      const messages = connection.stream(
        AuditServiceDefinition,
        METHOD,
        { after: position },
        { signal: ended },
      );
      for await (const message of messages) {
        failures = 0;
        if (message.caughtUp !== undefined) caughtUp?.();
        if (message.event === undefined) continue;
        position = message.event.position;
        yield message.event;
      }
    } catch (error) {
      if (over()) return;
      if (!isBreak(error)) throw error;
      asked = error.retryAfterMs;
    }
    failures += 1;
    await pause(pauseAfter(failures, asked), ended).catch(() => undefined);
  }
}
