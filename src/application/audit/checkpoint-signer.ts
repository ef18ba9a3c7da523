import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import type { RelyingPartySlug } from '../../domain/kernel/ids.js';
import { equal } from '../../domain/audit/merkle-proofs.js';
import { MINUTE } from '../../domain/kernel/time.js';
import { SerialQueue } from '../accounts/serial-queue.js';
import type { OperatorLog } from '../operator-log.js';
import type { Checkpoint, Checkpoints } from '../ports/checkpoints.js';
import type { AlarmClock } from '../ports/clock.js';
import type { Policies } from '../ports/relying-parties.js';
import type { EventLogReader } from './event-log-reader.js';
import { nameOf } from '../error-summary.js';

/** Twice a minute: one that has to wait for its turn is still less than a minute after the one before. */
export const CHECKPOINT_EVERY = MINUTE / 2;

/**
 * Signs what the logs are, twice a minute where something was added and whenever one is asked for. It signs nothing that
 * contradicts what it signed before: a log that was tampered with has no new checkpoint, and says so.
 */
export class CheckpointSigner {
  private readonly queue = new SerialQueue();
  private putOff: (() => void) | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    private readonly policies: Policies,
    private readonly log: EventLogReader,
    private readonly checkpoints: Checkpoints,
    private readonly clock: AlarmClock,
    private readonly operator: OperatorLog,
  ) {}

  start(): void {
    this.putOff = this.clock.ringAt(this.clock.now() + CHECKPOINT_EVERY, () => {
      this.round = this.signAll().finally(() => {
        if (this.putOff !== undefined) this.start();
      });
    });
  }

  async stop(): Promise<void> {
    this.putOff?.();
    this.putOff = undefined;
    await this.round;
  }

  /** The checkpoint of the log as it stands now, signed if it has grown; or of the smaller size that is named. */
  current(rp: RelyingPartySlug, smaller?: number): Promise<Checkpoint | Rejection> {
    return this.queue.run(rp, async () => {
      // In this order: what another process signs meanwhile may be of a longer log than the head that was read before it.
      const latest = await this.checkpoints.latest(rp);
      const { size } = await this.log.head(rp);
      if (latest !== undefined && !(await this.contains(rp, size, latest))) {
        this.operator.error(
          { rp, treeSize: size, signedSize: latest.treeSize },
          'the event log is not the one that was signed',
        );
        return rejection('log-altered', { treeSize: latest.treeSize });
      }
      const wanted = smaller ?? size;
      if (latest?.treeSize === wanted) return latest;
      return this.checkpoints.sign(rp, wanted, await this.log.root(rp, wanted), this.clock.now());
    });
  }

  private async contains(
    rp: RelyingPartySlug,
    size: number,
    { rootHash, treeSize }: Checkpoint,
  ): Promise<boolean> {
    return treeSize <= size && equal(await this.log.root(rp, treeSize), rootHash);
  }

  private async signAll(): Promise<void> {
    for (const { slug: rp } of this.policies.all()) {
      try {
        await this.current(rp);
      } catch (error) {
        this.operator.error({ rp, failure: nameOf(error) }, 'no checkpoint was signed');
      }
    }
  }
}
