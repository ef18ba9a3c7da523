import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

/** Milliseconds between two looks. */
const INTERVAL = 1_000;

/** `grpc.health.v1.Health`: each service serves while `/health/ready` says that the service is ready. */
export class GrpcHealth {
  private readonly implementation: HealthImplementation;
  private readonly names: readonly string[];
  private shown: 'SERVING' | 'NOT_SERVING' = 'NOT_SERVING';
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    services: Iterable<string>,
    private readonly ready: () => Promise<boolean>,
  ) {
    this.names = ['', ...services];
    this.implementation = new HealthImplementation(
      Object.fromEntries(this.names.map((name) => [name, this.shown])),
    );
  }

  addToServer(server: Server): void {
    this.implementation.addToServer(server);
  }

  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), INTERVAL).unref();
  }

  /** Says that nothing is served any more, before that is so: whoever sends calls here sends the next elsewhere. */
  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    this.show('NOT_SERVING');
  }

  private async look(): Promise<void> {
    const ready = await this.ready().catch(() => false);
    if (!this.stopped) this.show(ready ? 'SERVING' : 'NOT_SERVING');
  }

  /** Watchers are told of changes alone. */
  private show(status: 'SERVING' | 'NOT_SERVING'): void {
    if (status === this.shown) return;
    this.shown = status;
    for (const name of this.names) this.implementation.setStatus(name, status);
  }
}
