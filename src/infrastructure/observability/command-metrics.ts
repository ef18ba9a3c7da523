import type { JobCounts } from '../../application/ports/jobs.js';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What operators watch: commands by outcome, how long an append takes, how far projections and processes lag, jobs, and what
 * of liveness was not believed.
 */
export class CommandMetrics {
  readonly registry = new Registry();
  readonly appendSeconds: Histogram;
  readonly livenessRefusals: Counter<'source' | 'rp' | 'reason'>;
  private readonly commands: Counter<'command' | 'rp' | 'outcome'>;
  private readonly lag: Gauge<'projection'>;
  private readonly processLag: Gauge<'process'>;
  private readonly jobs: Gauge<'state'>;
  private readonly receiversGone: Gauge<'rp' | 'receiver'>;

  constructor() {
    // Brings the event loop's delay, memory, garbage collection and CPU.
    collectDefaultMetrics({ register: this.registry, prefix: 'latchkey_' });
    this.commands = new Counter({
      name: 'latchkey_commands_total',
      help: 'Commands by outcome: accepted, or the code of the refusal.',
      labelNames: ['command', 'rp', 'outcome'],
      registers: [this.registry],
    });
    this.appendSeconds = new Histogram({
      name: 'latchkey_append_seconds',
      help: 'Time from asking for an append until it was on disk.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
      registers: [this.registry],
    });
    this.livenessRefusals = new Counter({
      name: 'latchkey_liveness_refusals_total',
      help: 'Answers of a liveness provider, and webhooks in its name, that were not believed, by reason.',
      labelNames: ['source', 'rp', 'reason'],
      registers: [this.registry],
    });
    this.lag = new Gauge({
      name: 'latchkey_projection_lag_events',
      help: 'Events recorded and not yet applied; it grows and stays where a projection has stopped.',
      labelNames: ['projection'],
      registers: [this.registry],
    });
    this.processLag = new Gauge({
      name: 'latchkey_process_lag_events',
      help: 'Events recorded and not yet turned into jobs; it grows and stays where a process has stopped.',
      labelNames: ['process'],
      registers: [this.registry],
    });
    this.jobs = new Gauge({
      name: 'latchkey_jobs',
      help: 'Jobs by state: waiting for their time, due, running, or dead, which is given up until retried.',
      labelNames: ['state'],
      registers: [this.registry],
    });
    this.receiversGone = new Gauge({
      name: 'latchkey_receivers_gone',
      help: '1 where a product’s receiver of webhooks or security events has said that it is gone, until it is resumed; else 0.',
      labelNames: ['rp', 'receiver'],
      registers: [this.registry],
    });
  }

  count(command: object, rp: string, outcome: string): void {
    this.commands.inc({ command: command.constructor.name.replace(/Command$/u, ''), rp, outcome });
  }

  setLag(projection: string, events: number): void {
    this.lag.set({ projection }, events);
  }

  setProcessLag(process: string, events: number): void {
    this.processLag.set({ process }, events);
  }

  setJobs(counts: JobCounts): void {
    for (const state of ['waiting', 'due', 'running', 'dead'] as const)
      this.jobs.set({ state }, counts[state]);
  }

  setReceiverGone(rp: string, receiver: string, gone: boolean): void {
    this.receiversGone.set({ rp, receiver }, gone ? 1 : 0);
  }
}
