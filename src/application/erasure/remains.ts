import type { Position } from '../ports/event-store.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { JobQueue } from '../ports/jobs.js';
import type { ReadModels } from '../ports/read-models.js';
import type { SnapshotStore } from '../ports/snapshot-store.js';
import type { AccountAddress } from '../accounts/account-address.js';
import { accountStream } from '../accounts/account-address.js';
import type { AccountRepository } from '../accounts/account-repository.js';
import type { FallbackChecks } from '../accounts/fallback-checks.js';
import { PROJECTIONS } from '../projections/projections.js';
import { SECOND } from '../../domain/kernel/time.js';
import { FINISH_ERASURE } from './finish-erasure.js';

/** In ms. The read models are a fraction of a second behind, unless one has stopped. */
const LONGEST_WAIT = 4 * SECOND;

const WITH_ACCOUNTS = PROJECTIONS.filter(({ handles }) => handles.includes('AccountErased'));

/**
 * What is left of an account besides its events. All that is personal in it was sealed under the key that is destroyed by
 * now: removing it leaves nothing about that could be asked what it was.
 */
export class Remains {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly snapshots: SnapshotStore,
    private readonly ephemeral: EphemeralStore,
    private readonly fallbacks: FallbackChecks,
    private readonly jobs: JobQueue,
    private readonly readModels: ReadModels,
  ) {}

  /** @returns false where the read models haven't come to the account's last event, at this position, yet */
  async remove(address: AccountAddress, position: Position): Promise<boolean> {
    const stream = accountStream(address);
    this.accounts.forget(stream);
    await this.snapshots.delete(stream);
    await this.fallbacks.forget(address);
    await this.ephemeral.deletePrefix(`${stream}|`);
    await this.jobs.discard({ stream, subject: address.subject }, FINISH_ERASURE);
    const reached = WITH_ACCOUNTS.map(({ name }) => this.readModels.reached(name, position, LONGEST_WAIT));
    return (await Promise.all(reached)).every(Boolean);
  }
}
