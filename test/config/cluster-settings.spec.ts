import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsInvalid } from '../../src/infrastructure/config/settings.js';

const POSTGRES = 'postgres://latchkey:very-secret@127.0.0.1:5432/latchkey';
const CLUSTER = {
  LATCHKEY_ENV: 'development',
  LATCHKEY_TIER: 'cluster',
  LATCHKEY_POSTGRES_URL: POSTGRES,
  LATCHKEY_REDIS_URL: 'redis://:very-secret@127.0.0.1:6379',
};

describe('the settings of the cluster tier', () => {
  it('are the embedded tier’s, with all roles, where nothing is said', () => {
    const { cluster, roles } = readSettings({ LATCHKEY_ENV: 'development' });
    expect({ cluster, roles }).toStrictEqual({ cluster: null, roles: ['api', 'projector', 'worker'] });
  });

  it('name where everything is kept, and begin every name with one namespace', () => {
    const { cluster, roles } = readSettings({
      ...CLUSTER,
      LATCHKEY_ROLES: 'worker, api',
      LATCHKEY_KEYS_POSTGRES_URL: `${POSTGRES}_keys`,
      LATCHKEY_EVENTSTOREDB_URL: 'esdb://127.0.0.1:2113?tls=false',
      LATCHKEY_NAMESPACE: 'blue',
    });
    expect({ cluster, roles }).toStrictEqual({
      cluster: {
        postgres: { address: POSTGRES, keysAddress: `${POSTGRES}_keys` },
        eventStoreDb: { connectionString: 'esdb://127.0.0.1:2113?tls=false', namespace: 'blue-' },
        redis: { url: 'redis://:very-secret@127.0.0.1:6379', prefix: 'blue:' },
      },
      roles: ['api', 'worker'],
    });
  });

  it('keep events and keys in the one database, unless told otherwise', () => {
    expect(readSettings(CLUSTER).cluster).toStrictEqual({
      postgres: { address: POSTGRES, keysAddress: POSTGRES },
      eventStoreDb: null,
      redis: { url: 'redis://:very-secret@127.0.0.1:6379', prefix: 'latchkey:' },
    });
  });

  it.each([
    ['LATCHKEY_TIER', 'clustered'],
    ['LATCHKEY_ROLES', 'api,auditor'],
    ['LATCHKEY_ROLES', ','],
    ['LATCHKEY_POSTGRES_URL', ''],
    ['LATCHKEY_POSTGRES_URL', 'mysql://latchkey:very-secret@127.0.0.1/latchkey'],
    ['LATCHKEY_POSTGRES_URL', 'postgres://latchkey:very-secret@elsewhere.example/latchkey'],
    ['LATCHKEY_KEYS_POSTGRES_URL', 'postgres://latchkey:very-secret@elsewhere.example/keys?sslmode=require'],
    ['LATCHKEY_EVENTSTOREDB_URL', 'http://127.0.0.1:2113'],
    ['LATCHKEY_REDIS_URL', ''],
    ['LATCHKEY_REDIS_URL', 'http://127.0.0.1:6379'],
    ['LATCHKEY_REDIS_URL', 'rediss://:very-secret@redis.example?tls='],
    ['LATCHKEY_REDIS_URL', 'redis://:very-secret@redis.example'],
    ['LATCHKEY_NAMESPACE', 'a:b'],
  ])('refuse %s=%s by its name, and repeat no value', (name, value) => {
    const read = () => readSettings({ ...CLUSTER, [name]: value });
    expect(read).toThrow(SettingsInvalid);
    expect(read).toThrow(new RegExp(`^ {2}${name}: `, 'mu'));
    expect(read).not.toThrow(/very-secret/u);
  });

  it.each(['LATCHKEY_ROLES', 'LATCHKEY_POSTGRES_URL', 'LATCHKEY_EVENTSTOREDB_URL', 'LATCHKEY_REDIS_URL'])(
    'refuse %s in the embedded tier, which would ignore it',
    (name) => {
      const variables = {
        ...CLUSTER,
        LATCHKEY_EVENTSTOREDB_URL: 'esdb://127.0.0.1:2113',
        LATCHKEY_ROLES: 'api',
      };
      const read = () => readSettings({ ...variables, LATCHKEY_TIER: 'embedded' });
      expect(read).toThrow(`${name}: only LATCHKEY_TIER=cluster takes it`);
    },
  );
});
