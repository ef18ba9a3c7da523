import { PostgresSnapshotStore } from '../../src/infrastructure/snapshots/postgres-snapshot-store.js';
import { snapshotStoreContract } from '../contract/snapshot-store.contract.js';
import { freshPostgres } from '../support/postgres-server.js';

snapshotStoreContract('PostgresSnapshotStore', async () => {
  const address = await freshPostgres();
  const open = () => PostgresSnapshotStore.open({ address, name: 'snapshot spec' });
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: () => store.close(),
  };
});
