import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** More would hold the event loop for too long at a time. */
const LARGEST_GROUP = 512;

interface Job {
  /** Does the work; the function it returns hands the result to whoever asked. */
  readonly perform: () => () => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * Lets all work that came in during two turns of the event loop share one transaction, and so one wait for the disk.
 * The jobs of a group run one after the other; each sees what those before it wrote.
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
      this.#scheduled ??= setImmediate(() => this.#waitForMore());
    });
  }

  /** Commits what is queued, and takes nothing more. */
  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    while (this.#queue.length > 0) this.#transact(this.#queue.splice(0, LARGEST_GROUP));
  }

  /** One turn more, for what has arrived by now to add its work: a transaction costs as much as ten appends. */
  #waitForMore(): void {
    this.#scheduled = setImmediate(() => this.#turn());
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
