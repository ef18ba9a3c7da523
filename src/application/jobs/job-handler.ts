import type { Job, JobOutcome } from '../ports/jobs.js';

/** Does the jobs of one kind. */
export interface JobHandler {
  /** As it stands in the jobs: a stored name, which never changes. */
  readonly kind: string;
  /** @throws where it is to be tried again; see `PerformJob` */
  perform(job: Job): Promise<JobOutcome>;
}

export class UnknownJobKind extends Error {
  /** Another release may know it: it is tried again, and in the end kept for an operator. */
  readonly reason = 'no handler takes jobs of this kind';

  constructor(kind: string) {
    super(`no handler takes jobs of kind ${kind}`);
    this.name = 'UnknownJobKind';
  }
}

/** Hands each job to the handler of its kind. @throws where two take the same kind */
export class JobHandlers {
  private readonly byKind: ReadonlyMap<string, JobHandler>;

  constructor(handlers: readonly JobHandler[]) {
    this.byKind = new Map(handlers.map((handler) => [handler.kind, handler]));
    if (this.byKind.size < handlers.length) throw new Error('two handlers take jobs of the same kind');
  }

  perform(job: Job): Promise<JobOutcome> {
    const handler = this.byKind.get(job.kind);
    return handler === undefined ? Promise.reject(new UnknownJobKind(job.kind)) : handler.perform(job);
  }
}
