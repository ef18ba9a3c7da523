import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** More would hold the event loop for too long at a time. */
const LARGEST_GROUP = 512;
/** Of the event loop. Where each brings more work without end, nobody waits for longer than so many. */
const MOST_TURNS = 8;

interface Job {
  /** Does the work; the function it returns hands the result to whoever asked. */
  readonly perform: () => () => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * Lets work that comes in turn after turn of the event loop share one transaction, and so one wait for the disk: a
 * transaction costs as much as ten appends. The first turn that brings none ends the wait, so that one job alone waits for two
 * turns in which nothing else happens. The jobs of a group run one after the other; each sees what those before it wrote.
 */
export class GroupCommit {
  readonly #database: DatabaseSyncInstance;
  readonly #ended: (outcome: 'committed' | 'rolled-back') => void;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #queue: Job[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  /** @param ended told after every transaction, before anyone is answered */
  constructor(
    database: DatabaseSyncInstance,
    ended: (outcome: 'committed' | 'rolled-back') => void = () => undefined,
  ) {
    this.#database = database;
    this.#ended = ended;
    this.#begin = database.prepare('begin immediate');
    this.#commit = database.prepare('commit');
    this.#rollback = database.prepare('rollback');
  }

  /**
   * Answers with what `work` returned once that is committed. A refusal is a returned value, decided before anything was
   * written; a throw undoes the work, which may have been done halfway, and leaves its neighbours unharmed.
   * @param work may run twice, where a neighbour threw: it holds no state that a rollback doesn't undo
   */
  run<Result>(work: () => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    return new Promise((resolve, reject) => {
      const perform = () => {
        const result = work();
        return () => resolve(result);
      };
      this.#queue.push({ perform, reject });
      this.#scheduled ??= this.#waitForMore(0, MOST_TURNS);
    });
  }

  /** Commits what is queued, and takes nothing more. */
  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    while (this.#queue.length > 0) this.#transact(this.#queue.splice(0, LARGEST_GROUP));
  }

  /** @param before how much work there was a turn ago */
  #waitForMore(before: number, turns: number): NodeJS.Immediate {
    return setImmediate(() => {
      const { length } = this.#queue;
      if (length > before && length < LARGEST_GROUP && turns > 1)
        this.#scheduled = this.#waitForMore(length, turns - 1);
      else this.#turn();
    });
  }

  #turn(): void {
    const group = this.#queue.splice(0, LARGEST_GROUP);
    this.#scheduled = this.#queue.length > 0 ? setImmediate(() => this.#turn()) : undefined;
    this.#transact(group);
  }

  #transact(group: readonly Job[]): void {
    const answers: (() => void)[] = [];
    let writing = false;
    try {
      this.#begin.run();
      writing = true;
      for (const job of group) answers.push(job.perform());
      writing = false;
      this.#commit.run();
    } catch (failure) {
      this.#undo();
      // Only a job's own failure is worth another try: where the disk failed, trying each alone would fail the same way.
      if (writing && group.length > 1) for (const job of group) this.#transact([job]);
      else for (const job of group) job.reject(failure);
      return;
    }
    this.#ended('committed');
    for (const answer of answers) answer();
  }

  #undo(): void {
    if (this.#database.isTransaction) this.#rollback.run();
    this.#ended('rolled-back');
  }
}
