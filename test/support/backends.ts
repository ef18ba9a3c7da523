import { BackendAtWork, expectedOf, recordedOf, viewsOf } from './backend-at-work.js';
import type { Done, Reachable } from './backend-at-work.js';
import { eventually } from './eventually.js';

/** Backends that work at one service, each with its account, and ask again where they are told to. */
export class Backends {
  readonly all: BackendAtWork[] = [];
  /** The codes of the answers with 503, in the order in which they came. */
  readonly refusals: string[] = [];
  /** Calls without an answer, or without the whole of one. */
  unanswered = 0;
  /** One of them was answered what it doesn't expect. `stop` throws it. */
  hasFailed = false;
  private answers = 0;
  private readonly work: Promise<void>[] = [];
  private readonly asked: Reachable;

  constructor(private readonly service: Reachable) {
    this.asked = {
      origin: service.origin,
      get: (path) => service.get(path),
      post: async (...call) => {
        const answer = await service.post(...call);
        if (answer === undefined) this.unanswered += 1;
        if (answer?.status !== 503) return answer;
        this.refusals.push((JSON.parse(answer.text) as { code: string }).code);
        return undefined;
      },
    };
  }

  /** So many more. */
  begin(count = 1): void {
    for (let begun = 0; begun < count; begun++) void this.working(this.another());
  }

  /** One more, until it has done everything once. */
  newcomer(): Promise<void> {
    const backend = this.another();
    backend.stopped = true;
    return this.working(backend);
  }

  /** Until so many more calls are answered, or one of them has failed. */
  async further(more: number): Promise<void> {
    const wanted = this.answers + more;
    await eventually(() => this.answers >= wanted || this.hasFailed);
  }

  /** When each has finished what it had begun. @throws what one of them failed with */
  async stop(): Promise<void> {
    for (const backend of this.all) backend.stopped = true;
    await Promise.all(this.work);
  }

  get answered(): readonly Done[] {
    return this.all.flatMap(({ answered }) => answered);
  }

  /** What the accounts' histories and lists of passkeys hold. */
  async recorded(): Promise<readonly object[]> {
    const recorded: object[] = [];
    for (const backend of this.all) recorded.push(await recordedOf(this.service, backend));
    return recorded;
  }

  /** What they have to hold: every command that was answered, and none of them twice. */
  expected(): readonly object[] {
    return this.all.map(expectedOf);
  }

  /** Every account by every read model. */
  views(): Promise<readonly unknown[]> {
    return viewsOf(this.service, this.all);
  }

  private another(): BackendAtWork {
    const backend = new BackendAtWork(this.asked, () => (this.answers += 1), this.all.length);
    this.all.push(backend);
    return backend;
  }

  private working(backend: BackendAtWork): Promise<void> {
    const working = backend.work();
    working.catch(() => (this.hasFailed = true));
    this.work.push(working);
    return working;
  }
}
