import type { Duration } from '../../domain/kernel/time.js';
import { SECOND } from '../../domain/kernel/time.js';
import type { OperatorLog } from '../operator-log.js';
import type { Generation } from '../ports/projection-store.js';
import { FedProjection } from './fed-projection.js';
import type { FeedListener, FeedSources } from './projection-feed.js';
import { ProjectionFeed } from './projection-feed.js';
import type { ProjectionFailure } from './projection-failure.js';
import { machineFailure } from './projection-failure.js';
import type { ProjectionProgress } from './projection-progress.js';
import { rebuildProjection, RebuildStopped } from './projection-rebuild.js';
import type { ProjectionReport, Supervised } from './projection-report.js';
import { isCurrent, reportOf } from './projection-report.js';
import type { Projection } from './projection.js';

/**
 * Keeps the read models up with the events. Those that stand at the same place share one subscription; one that is
 * behind has its own until it has caught up, so that it delays nobody. One that stops lets the others go on.
 */
export class ProjectionRunner {
  private readonly supervised = new Map<string, Supervised>();
  private readonly feeds = new Set<ProjectionFeed>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private nextReview: NodeJS.Timeout | undefined;

  private readonly listener: FeedListener = {
    advanced: (feed) => this.advanced(feed),
    stopped: (fed, failure) => this.halt(this.of(fed), failure),
    strayed: (fed) => this.inBackground(this.lookAgain(this.of(fed))),
  };

  /** @param reviewAfter after so many milliseconds one that stopped is looked at again */
  constructor(
    private readonly projections: readonly Projection[],
    private readonly sources: FeedSources,
    private readonly progress: ProjectionProgress,
    private readonly log: OperatorLog,
    private readonly reviewAfter: Duration = SECOND,
  ) {}

  /** Answers when the tables are there. Catching up goes on in the background. */
  async start(): Promise<void> {
    const { events, store } = this.sources;
    const generations = await store.prepare(this.projections, () => events.head());
    for (const projection of this.projections) {
      const live = generations.find((generation) => generation.projection === projection.name);
      if (live === undefined) throw new Error(`the store prepared no generation of ${projection.name}`);
      const nothing = { fed: null, failure: null, rebuild: null };
      this.supervised.set(projection.name, { projection, live, status: 'running', ...nothing });
    }
    const all = [...this.supervised.values()];
    this.feed(all.filter(isCurrent));
    for (const each of all) if (!isCurrent(each)) this.inBackground(this.rebuild(each));
    this.inBackground(store.sweep());
  }

  /** What has begun is finished: no batch is left half applied. */
  async stop(): Promise<void> {
    this.closing.abort(new Error('the projections are being stopped'));
    clearTimeout(this.nextReview);
    for (const feed of this.feeds) feed.stop();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async report(): Promise<readonly ProjectionReport[]> {
    const head = await this.sources.events.head();
    return [...this.supervised.values()].map((each) => reportOf(each, head));
  }

  private feed(current: readonly Supervised[]): void {
    for (const position of new Set(current.map(({ live }) => live.position))) {
      const together = current.filter(({ live }) => live.position === position);
      const fed = together.map(fedAnew);
      const feed = new ProjectionFeed(this.sources, this.progress, this.listener, position, fed);
      this.feeds.add(feed);
      this.inBackground(this.runToEnd(feed));
      for (const { projection } of together) this.progress.advanced(projection.name, position);
    }
  }

  private async runToEnd(feed: ProjectionFeed): Promise<void> {
    try {
      await feed.run();
    } catch (error) {
      for (const fed of feed.release()) this.halt(this.of(fed), machineFailure(error));
    } finally {
      this.feeds.delete(feed);
    }
  }

  private advanced(feed: ProjectionFeed): void {
    for (const { name, position } of feed.projections) this.progress.advanced(name, position);
    const nearby = [...this.feeds].find((other) => other !== feed && other.isCloseBehind(feed.position));
    nearby?.join(feed.release());
  }

  private halt(supervised: Supervised, failure: ProjectionFailure): void {
    supervised.live = supervised.fed?.at ?? supervised.live;
    supervised.status = 'stopped';
    supervised.fed = null;
    supervised.rebuild = null;
    supervised.failure = failure;
    this.log.error({ projection: supervised.projection.name, failure }, 'a projection stopped');
    this.reviewLater();
  }

  private async rebuild(supervised: Supervised): Promise<void> {
    const { name, version } = supervised.projection;
    supervised.status = 'rebuilding';
    supervised.failure = null;
    this.log.info({ projection: name, version }, 'a projection is being rebuilt');
    try {
      supervised.live = await rebuildProjection(supervised.projection, this.sources, {
        signal: this.closing.signal,
        onProgress: (progress) => {
          supervised.rebuild = progress;
        },
      });
    } catch (error) {
      if (this.isClosing) return;
      this.halt(supervised, error instanceof RebuildStopped ? error.failure : machineFailure(error));
      return;
    }
    this.log.info({ projection: name, version }, 'a projection was rebuilt');
    this.feed([supervised]);
    this.inBackground(this.sources.store.sweep());
  }

  private reviewLater(): void {
    if (this.isClosing || this.nextReview !== undefined) return;
    this.nextReview = setTimeout(() => {
      this.nextReview = undefined;
      for (const each of this.supervised.values()) {
        if (each.status === 'stopped') this.inBackground(this.lookAgain(each));
      }
    }, this.reviewAfter).unref();
  }

  private async lookAgain(supervised: Supervised): Promise<void> {
    try {
      const live = await this.sources.store.live(supervised.projection.name);
      if (live === undefined) throw new Error('no generation is live');
      if (!this.isClosing) await this.goOn(supervised, live);
    } catch (error) {
      this.halt(supervised, machineFailure(error));
    }
  }

  /** Goes on where something has changed since it stopped or strayed, or the machine alone was at fault. */
  private async goOn(supervised: Supervised, live: Generation): Promise<void> {
    const { failure, live: before, projection } = supervised;
    const worthTrying = failure?.kind !== 'event' || live.number !== before.number;
    supervised.live = live;
    if (worthTrying && isCurrent(supervised)) {
      this.log.info({ projection: projection.name, position: live.position }, 'a projection goes on');
      this.feed([supervised]);
    } else if (worthTrying && live.version < projection.version) await this.rebuild(supervised);
    else if (failure !== null) this.reviewLater();
    else throw new Error(`version ${live.version} is live, which a newer release has made`);
  }

  private of({ name }: FedProjection): Supervised {
    const supervised = this.supervised.get(name);
    if (supervised === undefined) throw new Error(`${name} is not looked after here`);
    return supervised;
  }

  private get isClosing(): boolean {
    return this.closing.signal.aborted;
  }

  private inBackground(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) =>
        this.log.error({ failure: machineFailure(error) }, 'work on projections failed'),
      )
      .finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}

function fedAnew(supervised: Supervised): FedProjection {
  const fed = new FedProjection(supervised.projection, supervised.live);
  supervised.status = 'running';
  supervised.fed = fed;
  supervised.failure = null;
  supervised.rebuild = null;
  return fed;
}
