import { once } from 'node:events';
import type { Message } from '@bufbuild/protobuf';
import type { ServerWritableStream } from '@grpc/grpc-js';

/** A stream to a client, which sets its pace. */
export type PacedStream = ServerWritableStream<Message, Message>;

/**
 * Waits where the client has not taken what was sent before: nothing piles up for one that is slow.
 * @throws AbortError where the client is gone, or `signal` says to stop
 */
export async function send(call: PacedStream, message: Message, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (call.write(message)) return;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  call.once('cancelled', leave);
  try {
    if (call.cancelled) leave();
    await once(call, 'drain', {
      signal: signal === undefined ? gone.signal : AbortSignal.any([gone.signal, signal]),
    });
  } finally {
    call.off('cancelled', leave);
  }
}
