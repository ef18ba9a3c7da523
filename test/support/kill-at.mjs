/**
 * Preloaded into the built service by a crash test: SIGKILL right before or after a step, named in `KILL_AT`. It is no part
 * of the service.
 */
import { SqliteEphemeralStore } from '../../dist/infrastructure/ephemeral/sqlite-ephemeral-store.js';
import { SqliteJobQueue } from '../../dist/infrastructure/jobs/sqlite/sqlite-job-queue.js';
import { SqliteKeyring } from '../../dist/infrastructure/keys/sqlite-keyring.js';
import { SqliteSnapshotStore } from '../../dist/infrastructure/snapshots/sqlite-snapshot-store.js';
import { JwtErasureReceipts } from '../../dist/infrastructure/tokens/jwt-erasure-receipts.js';
import { AccountDirectory } from '../../dist/application/accounts/account-directory.js';

const STEPS = {
  release: [AccountDirectory, 'releaseIdentifier'],
  destroy: [SqliteKeyring, 'destroy'],
  change: [SqliteKeyring, 'changeMasterKey'],
  snapshot: [SqliteSnapshotStore, 'delete'],
  ephemeral: [SqliteEphemeralStore, 'deletePrefix'],
  jobs: [SqliteJobQueue, 'discard'],
  receipt: [JwtErasureReceipts, 'sign'],
};

const [when, step] = (process.env.KILL_AT ?? '').split('-');
const [{ prototype }, method] = STEPS[step];
const original = prototype[method];
const die = () => process.kill(process.pid, 'SIGKILL');
prototype[method] = function killing(...given) {
  if (when === 'before') die();
  const result = original.apply(this, given);
  if (result instanceof Promise) return result.then((value) => (die(), new Promise(() => value)));
  die();
  return result;
};
