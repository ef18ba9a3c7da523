import type { ErasureCodec } from '../ports/erasure.js';
import type { EventStore } from '../ports/event-store.js';
import type { Keyring } from '../ports/keyring.js';
import { ERASURE_STREAMS } from './erasure-streams.js';

/**
 * Destroys the keys of erased accounts that an older copy of the key store has brought back. Done before anything is
 * served. An erasure that wasn't finished is not among them: it is carried on, and destroys its key in its turn.
 * @returns how many keys were destroyed again
 */
export async function replayErasures(
  store: EventStore,
  codec: ErasureCodec,
  keyring: Keyring,
): Promise<number> {
  let destroyed = 0;
  for await (const stream of store.streamsNamed(ERASURE_STREAMS)) {
    for await (const recorded of store.readStream(stream, 0)) {
      const { subject } = codec.decode(recorded).data;
      if (await keyring.isDestroyed(subject)) continue;
      await keyring.destroy(subject);
      destroyed += 1;
    }
  }
  return destroyed;
}
