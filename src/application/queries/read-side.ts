import type { Rejection } from '../../domain/kernel/rejection.js';
import { rejection } from '../../domain/kernel/rejection.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { ReadModels } from '../ports/read-models.js';

/** A query waits no longer than this for what its caller has already seen committed. */
const LONGEST_WAIT = 5 * SECOND;

/** For what is recorded by now it waits so long, and then answers what it has: a refusal may have recorded something, and names no position. */
const COURTESY_WAIT = SECOND / 4;

/** Waits until read models have caught up with what a caller knows. */
export class ReadSide {
  constructor(
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
  ) {}

  /** @returns why the query can't be answered: nothing where it can */
  async caughtUp(projections: readonly string[], after: Position | null): Promise<Rejection | undefined> {
    const head = await this.store.head();
    for (const projection of projections) {
      if (after !== null && !(await this.readModels.reached(projection, after, LONGEST_WAIT))) {
        return rejection('position-not-reached');
      }
      await this.readModels.reached(projection, head, COURTESY_WAIT);
    }
    return undefined;
  }
}
