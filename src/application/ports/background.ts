/** Work that an answer must not wait for, because how long it takes would tell what it found. */
export interface Background {
  /** Resolves when an answer that is given now has left. */
  answerLeft(): Promise<void>;
  /** Sees a task through: its failure is logged and fails nothing, and the service does not stop before it is done. */
  watch(task: Promise<unknown>): void;
}

export const BACKGROUND = Symbol('Background');
