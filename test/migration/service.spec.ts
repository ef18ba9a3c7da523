import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { StoredCheckpoints } from '../../src/infrastructure/audit/stored-checkpoints.js';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import type { KeyMaterial } from '../../src/infrastructure/keys/key-material.js';
import { loadOrCreateMasterKey } from '../../src/infrastructure/keys/given-master-key.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { Sealer } from '../../src/infrastructure/keys/sealer.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { exportService } from '../../src/infrastructure/migration/export-service.js';
import { importService, ServiceInUse } from '../../src/infrastructure/migration/import-service.js';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { ApiKeys } from '../../src/infrastructure/service/api-keys.js';
import { claimEnvironment } from '../../src/infrastructure/service/environment.js';
import { openPostgresServiceStores } from '../../src/infrastructure/service/postgres/open-postgres-service-stores.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteGoneReceiverStore } from '../../src/infrastructure/service/sqlite/sqlite-gone-receiver-store.js';
import { SqliteSigningKeyStore } from '../../src/infrastructure/service/sqlite/sqlite-signing-key-store.js';
import type { ServiceStores } from '../../src/infrastructure/service/service-stores.js';
import { SigningKeys } from '../../src/infrastructure/tokens/signing-keys.js';
import { as } from '../../src/domain/kernel/ids.js';
import { linesOfExport, writeLines } from '../support/altered-export.js';
import { answered, personWithPasskey } from '../support/journeys.js';
import { freshPostgres } from '../support/postgres-server.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const EVENT_KEY = { kid: 'of-events', createdAt: 1 };
const GONE = { rp: 'moomoo', takes: 'webhooks', url: 'https://moomoo.example/hooks', since: 7 } as const;

describe('what the service of a data folder owns itself', () => {
  let folder: string;
  let keys: KeyMaterial;
  let token: string;
  let jwks: JSONWebKeySet;
  let auditKey: unknown;
  let checkpoint: { readonly checkpoint: string; readonly treeSize: number };
  let secret: string;
  let now: number;
  let file: string;
  let database: PostgresDatabase;

  beforeAll(async () => {
    const server: RunningServer = await runServer();
    folder = server.dataFolder;
    const person = await personWithPasskey(server, 'mpchat');
    ({ token } = await person.signIn());
    secret = await server.keyFor('mpchat', 'accounts', 'audit');
    jwks = answered<JSONWebKeySet>(await server.call('GET', '/v1/mpchat/.well-known/jwks.json'), 200);
    auditKey = answered(await server.call('GET', '/v1/mpchat/audit/key'), 200);
    await server.call('GET', '/v1/mpchat/audit/checkpoint');
    await person.signIn();
    checkpoint = answered<typeof checkpoint>(await server.call('GET', '/v1/mpchat/audit/checkpoint'), 200);
    now = server.clock.now();
    await server.close();
    const service = openServiceDatabase(join(folder, FILES.service));
    const sealed = new Uint8Array(Buffer.from('sealed'));
    await new SqliteSigningKeyStore(service, 'event_signing_keys').add({ ...EVENT_KEY, sealed }, null);
    await new SqliteGoneReceiverStore(service).add(GONE);
    service.close();
    const master = new MasterKey(loadOrCreateMasterKey(join(folder, FILES.masterKey)));
    const keyring = new SqliteKeyring(join(folder, FILES.keys), master);
    ({ keys } = keyring);
    keyring.close();
  });

  beforeEach(async () => {
    file = join(temporaryFolder(), 'service.ndjson');
    database = new PostgresDatabase({ address: await freshPostgres(), name: 'service spec' });
  });

  afterEach(() => database.close());

  const exported = (to = file) =>
    exportService((name) => join(folder, `${name}.sqlite`), { environment: 'development', file: to });
  const imported = () => importService(file, database);
  const stores = (): Promise<ServiceStores> => openPostgresServiceStores(database);

  it('lets the same backends in, and nobody else', async () => {
    await exported();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await imported();
    const accepted = new ApiKeys((await stores()).apiKeys);
    expect(await accepted.find(secret)).toMatchObject({ rp: 'mpchat', scopes: ['accounts', 'audit'] });
    expect(await accepted.find(`${secret}x`)).toBeUndefined();
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
  });

  it('verifies the tokens of before, and signs with the same key', async () => {
    await exported();
    await imported();
    const sealer = new Sealer(keys.derive('signing-keys'));
    const signing = await SigningKeys.open((await stores()).signingKeys, sealer, { now: () => now });
    const published = { keys: await signing.public() } as unknown as JSONWebKeySet;
    expect(published).toStrictEqual(jwks);
    await jwtVerify(token, createLocalJWKSet(published), { currentDate: new Date(now) });
  });

  it('signs security events with the same key, and leaves alone those receivers that are gone', async () => {
    await exported();
    await imported();
    const { eventSigningKeys, goneReceivers } = await stores();
    const [kept, ...more] = await eventSigningKeys.list();
    expect(more).toStrictEqual([]);
    expect(kept).toMatchObject(EVENT_KEY);
    expect(Buffer.from(kept?.sealed ?? []).toString()).toBe('sealed');
    expect(await goneReceivers.list()).toStrictEqual([GONE]);
    expect(await goneReceivers.has(GONE)).toBe(true);
  });

  it('goes on with the logs under the keys that auditors have, from the checkpoints that were signed', async () => {
    await exported();
    const rows = await imported();
    const sealer = new Sealer(keys.derive('log-keys'));
    const logs = new StoredCheckpoints((await stores()).checkpoints, sealer, 'https://elsewhere.example', {
      now: () => now,
    });
    expect(await logs.key(as('mpchat'))).toMatchObject(auditKey as object);
    const latest = await logs.latest(as('mpchat'));
    expect(latest).toMatchObject({ treeSize: checkpoint.treeSize, note: checkpoint.checkpoint });
    expect(Object.fromEntries(rows)).toStrictEqual({
      api_keys: 2,
      signing_keys: 1,
      event_signing_keys: 1,
      gone_receivers: 1,
      log_keys: 1,
      checkpoints: 2,
    });
  });

  it('is the environment’s that it was', async () => {
    await exported();
    await imported();
    const { environment } = await stores();
    await expect(claimEnvironment(environment, 'production', 'database')).rejects.toThrow(
      'this database was made in development; it is not opened in production',
    );
  });

  it('is imported again without a change', async () => {
    await exported();
    const rows = await imported();
    expect(await imported()).toStrictEqual(rows);
  });

  it('is refused by a database of another environment', async () => {
    await exported();
    await claimEnvironment((await stores()).environment, 'production', 'database');
    await expect(imported()).rejects.toThrow('made in production');
    expect(await (await stores()).apiKeys.list()).toStrictEqual([]);
  });

  it('is refused where a service has started already and has keys of its own', async () => {
    await exported();
    const sealer = new Sealer(keys.derive('signing-keys'));
    const { signingKeys } = await stores();
    await SigningKeys.open(signingKeys, sealer, { now: () => now });
    const before = await signingKeys.list();
    await expect(imported()).rejects.toThrow(ServiceInUse);
    expect(await signingKeys.list()).toStrictEqual(before);
    expect(await (await stores()).apiKeys.list()).toStrictEqual([]);
  });

  it('is refused in a file that was altered', async () => {
    await exported();
    const lines = linesOfExport(file);
    const ofKeys = lines.findIndex((line) => line.includes('"api_keys"'));
    const refused = async (altered: readonly string[], why: string): Promise<void> => {
      writeLines(file, altered);
      await expect(imported()).rejects.toThrow(why);
    };
    await refused(lines.toSpliced(ofKeys, 1), 'doesn’t hold as much as it says');
    await refused(lines.with(ofKeys, (lines[ofKeys] ?? '').replace('api_keys', 'facts')), 'fits no table');
    await refused(lines.with(ofKeys, (lines[ofKeys] ?? '').replace('null', 'null,null')), 'fits no table');
    await refused(
      lines.with(0, (lines[0] ?? '').replace('"development"', '"staging"')),
      'is of an environment',
    );
    expect(await (await stores()).apiKeys.list()).toStrictEqual([]);
  });
});
