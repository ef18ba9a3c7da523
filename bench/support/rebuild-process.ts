import { join } from 'node:path';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { ACCOUNT_EVENTS } from '../../src/infrastructure/codec/account-events.js';
import { CanonicalEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { rebuild } from '../../src/infrastructure/read-models/rebuild.js';

/**
 * A process of its own: rebuilds one projection as `latchkey projections rebuild` does, into a file of its own, and says how long
 * it took until its rows could be read. Arguments: the data folder, the file, the projection's name.
 */
const [folder = '', file = '', name = ''] = process.argv.slice(2);
const master = new MasterKey(loadOrCreateMasterKey(join(folder, FILES.masterKey)));
const keyring = new SqliteKeyring(join(folder, FILES.keys), master);
const events = SqliteEventStore.openMapped(join(folder, FILES.events));
const codec = new CanonicalEventCodec<AccountEvent>(ACCOUNT_EVENTS);
const before = process.cpuUsage();
const begun = performance.now();
const { position } = await rebuild({ file, name, events, codec, keyring });
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - begun) / 1_000;
keyring.close();
events.close();
process.stdout.write(JSON.stringify({ events: position, seconds, cpuSeconds: (user + system) / 1e6 }));
