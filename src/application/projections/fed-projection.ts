import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Advance, Generation, Step } from '../ports/projection-store.js';
import type { BatchedEvent, Interest } from './event-batch.js';
import { wants, withoutPersonal } from './event-batch.js';
import type { EventFailure } from './projection-failure.js';
import { eventFailure } from './projection-failure.js';
import type { Projection, Write } from './projection.js';

/** How a batch takes a projection on, and what stopped it where it doesn't get to the end. */
export interface Plan {
  readonly advance: Advance;
  readonly failure?: EventFailure;
}

/** A projection, the generation it is filling, and how far that is. */
export class FedProjection implements Interest {
  readonly handles: ReadonlySet<string>;
  readonly readsPersonal: ReadonlySet<string>;
  position: Position;
  private generation: number;

  constructor(
    readonly projection: Projection,
    at: Generation,
  ) {
    this.handles = new Set(projection.handles);
    this.readsPersonal = new Set(projection.readsPersonal);
    this.position = at.position;
    this.generation = at.number;
  }

  get at(): Generation {
    const { generation, name, position } = this;
    return { projection: name, number: generation, version: this.projection.version, position };
  }

  moveTo(generation: Generation): void {
    this.generation = generation.number;
    this.position = generation.position;
  }

  get name(): string {
    return this.projection.name;
  }

  /**
   * What a batch holds for this projection: of what it has had, nothing.
   * @param end where the batch ends, if that is not with its last event
   */
  plan(batch: readonly BatchedEvent[], end?: Position): Plan {
    const steps: Step[] = [];
    let to = this.position;
    for (const batched of batch) {
      const { position } = batched.recorded;
      if (position <= this.position) continue;
      const step = this.step(batched);
      if (step !== undefined) {
        if ('kind' in step) return this.stoppedBy(step, steps);
        steps.push(step);
      }
      to = position;
    }
    return { advance: this.advance(steps, end ?? to) };
  }

  /** As far as a plan gets without the event that can't be applied. */
  stoppedBy(failure: EventFailure, steps: readonly Step[]): Plan {
    const before = steps.filter(({ position }) => position < failure.position);
    return { advance: this.advance(before, failure.position - 1), failure };
  }

  /** Undefined where the event is none of this projection's. */
  private step({ outcome, parsed, recorded }: BatchedEvent): Step | EventFailure | undefined {
    const { whenRecorded } = this.projection;
    if (whenRecorded !== undefined) return this.project(recorded, () => whenRecorded(recorded, parsed));
    if (outcome === undefined || !wants(this, recorded.type)) return undefined;
    if ('kind' in outcome) return outcome;
    const shown = this.readsPersonal.has(recorded.type) ? outcome : withoutPersonal(outcome);
    return this.project(recorded, () => this.projection.when(shown));
  }

  private project(recorded: RecordedEvent, when: () => readonly Write[]): Step | EventFailure {
    try {
      const { eventId, position, type } = recorded;
      return { position, eventId, type, writes: when() };
    } catch (error) {
      return eventFailure(recorded, 'could not be projected', error);
    }
  }

  private advance(steps: readonly Step[], to: Position): Advance {
    const { generation, name, position } = this;
    return { projection: name, generation, from: position, steps, to };
  }
}
