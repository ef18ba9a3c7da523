import { join } from 'node:path';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { CanonicalEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { CryptoIdentifiers } from '../../src/infrastructure/keys/identifiers.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { as } from '../../src/domain/kernel/ids.js';
import { accountOfStream } from '../../src/application/accounts/account-address.js';

const BATCH = 500;

/**
 * Gives accounts a past, straight into the event file of a service that is stopped: every account stream whose user
 * handle is named gets uses of its passkey up to the count, through the codec that the service uses.
 */
export async function givePast(
  folder: string,
  pasts: ReadonlyMap<string, number>,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const master = new MasterKey(loadOrCreateMasterKey(join(folder, FILES.masterKey)));
  const keyring = new SqliteKeyring(join(folder, FILES.keys), master);
  const store = SqliteEventStore.open(join(folder, FILES.events));
  const codec = new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS);
  const identifiers = new CryptoIdentifiers(keyring.keys);
  const total = [...pasts.values()].reduce((sum, each) => sum + each, 0);
  let done = 0;
  try {
    for (const stream of await accountStreams(store)) {
      const address = accountOfStream(stream);
      const key = address && (await keyring.find(address.subject));
      if (key === undefined) continue;
      let revision = -1;
      let passkeyId = '';
      let count = 0;
      for await (const recorded of store.readStream(stream, 0)) {
        const { event } = codec.decode(recorded, key);
        revision = recorded.revision;
        if (event.type === 'AccountEnrolled' && event.personal !== 'redacted') {
          count = pasts.get(event.personal.accountId) ?? 0;
        }
        if (event.type === 'PasskeyRegistered') passkeyId = event.data.passkeyId;
      }
      if (passkeyId === '') continue;
      for (let given = 0; given < count; given += BATCH) {
        const events = Array.from({ length: Math.min(BATCH, count - given) }, (_, index) => {
          const ceremonyId = identifiers.commandId();
          return codec.encode(
            stream,
            identifiers.deriveId(ceremonyId, 0),
            {
              type: 'PasskeyUsed',
              at: Date.now() - (count - given - index) * 60_000,
              data: {
                passkeyId: as(passkeyId),
                ceremonyId: as(ceremonyId),
                ceremonyExpiresAt: Date.now() - (count - given - index) * 60_000 + 300_000,
                purpose: 'sign-in',
                signCount: 0,
                backedUp: false,
                sessionId: null,
                deviceId: null,
              },
              personal: { device: null },
            },
            { correlationId: ceremonyId, causationId: ceremonyId, actor: 'client', endUser: {} },
            key,
          );
        });
        ({ revision } = await store.append(stream, events, revision));
        done += events.length;
        onProgress(done, total);
      }
    }
  } finally {
    keyring.close();
    store.close();
  }
}

async function accountStreams(store: SqliteEventStore): Promise<readonly string[]> {
  const streams = new Set<string>();
  for await (const recorded of store.readAll(0)) {
    if (accountOfStream(recorded.stream) !== undefined) streams.add(recorded.stream);
  }
  return [...streams];
}
