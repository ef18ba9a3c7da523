import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Cause } from '../../src/application/ports/event-codec.js';
import type { Appended, Revision } from '../../src/application/ports/event-store.js';
import type { AccountKey, Keyring } from '../../src/application/ports/keyring.js';
import { EventBatches } from '../../src/application/projections/event-batch.js';
import { ProjectionProgress } from '../../src/application/projections/projection-progress.js';
import type { ProjectionReport } from '../../src/application/projections/projection-report.js';
import { ProjectionRunner } from '../../src/application/projections/projection-runner.js';
import type { Projection } from '../../src/application/projections/projection.js';
import { PROJECTIONS } from '../../src/application/projections/projections.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { SubjectId } from '../../src/domain/kernel/ids.js';
import { as } from '../../src/domain/kernel/ids.js';
import { accountEventCodec } from '../../src/infrastructure/codec/event-codec.js';
import { SqliteEventStore } from '../../src/infrastructure/event-store/sqlite/sqlite-event-store.js';
import { MasterKey } from '../../src/infrastructure/keys/master-key.js';
import { SqliteKeyring } from '../../src/infrastructure/keys/sqlite-keyring.js';
import { ReadModelsConnection } from '../../src/infrastructure/read-models/sqlite/connection.js';
import { SqliteProjectionStore } from '../../src/infrastructure/read-models/sqlite/sqlite-projection-store.js';
import { SqliteReadModels } from '../../src/infrastructure/read-models/sqlite/sqlite-read-models.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CAUSE: Cause = {
  correlationId: 'correlation-1',
  causationId: 'command-1',
  actor: 'client',
  endUser: { address: '203.0.113.9', agent: 'a browser' },
};

/** The events, keys and read models of one data folder, with as many runs of the read side as a spec starts. */
export class DataFolder {
  readonly codec = accountEventCodec();
  readonly readModelsFile: string;
  readonly events: SqliteEventStore;
  readonly keyring: SqliteKeyring;
  private readonly folder = temporaryFolder();
  private readonly revisions = new Map<string, Revision>();
  private readonly runs = new Set<ReadSide>();

  constructor() {
    this.readModelsFile = join(this.folder, 'read-models.sqlite');
    this.events = SqliteEventStore.open(join(this.folder, 'events.sqlite'));
    this.keyring = this.openKeyring();
  }

  openKeyring(): SqliteKeyring {
    return new SqliteKeyring(join(this.folder, 'keys.sqlite'), new MasterKey(Buffer.alloc(32, 7)));
  }

  async append(subject: string, ...events: readonly AccountEvent[]): Promise<Appended> {
    const stream = streamOf(subject);
    const key = await this.keyring.obtain(as<SubjectId>(subject));
    return this.record(
      stream,
      events.map((event) => this.codec.encode(stream, randomUUID(), event, CAUSE, key)),
    );
  }

  /** Records bytes as they are, which need be no event. */
  appendBytes(stream: string, type: string, text: string): Promise<Appended> {
    return this.record(stream, [{ eventId: randomUUID(), type, body: new TextEncoder().encode(text) }]);
  }

  private async record(stream: string, events: Parameters<SqliteEventStore['append']>[1]): Promise<Appended> {
    const appended = await this.events.append(stream, events, this.revisions.get(stream) ?? 'no-stream');
    this.revisions.set(stream, appended.revision);
    return appended;
  }

  readSide(projections: readonly Projection[] = PROJECTIONS, keyring: Keyring = this.keyring): ReadSide {
    const run = new ReadSide(this, projections, keyring);
    this.runs.add(run);
    return run;
  }

  async started(projections?: readonly Projection[], keyring?: Keyring): Promise<ReadSide> {
    const run = this.readSide(projections, keyring);
    await run.runner.start();
    return run;
  }

  async close(): Promise<void> {
    for (const run of this.runs) await run.stop();
    this.events.close();
    this.keyring.close();
  }
}

/** One process's read side. */
export class ReadSide {
  readonly progress = new ProjectionProgress();
  readonly logged: unknown[] = [];
  readonly sources;
  readonly readModels: SqliteReadModels;
  readonly runner: ProjectionRunner;
  private readonly connection: ReadModelsConnection;
  private stopped = false;

  constructor(
    private readonly folder: DataFolder,
    readonly projections: readonly Projection[],
    keyring: Keyring,
  ) {
    this.connection = new ReadModelsConnection(folder.readModelsFile);
    this.sources = {
      events: folder.events,
      batches: new EventBatches(folder.codec, keyring),
      store: new SqliteProjectionStore(this.connection),
    };
    this.readModels = new SqliteReadModels(this.connection, projections, this.progress);
    const log = (fields: object, message: string) => void this.logged.push({ ...fields, message });
    this.runner = new ProjectionRunner(
      projections,
      this.sources,
      this.progress,
      { info: log, error: log },
      10,
    );
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.runner.stop();
    this.connection.close();
  }

  async reportOn(projection: string): Promise<ProjectionReport> {
    const report = (await this.runner.report()).find((each) => each.projection === projection);
    if (report === undefined) throw new Error(`there is no report on ${projection}`);
    return report;
  }

  /** Waits until a report on a projection is as wanted. */
  async until(projection: string, wanted: (report: ProjectionReport) => boolean): Promise<ProjectionReport> {
    for (;;) {
      const report = await this.reportOn(projection);
      if (wanted(report)) return report;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until all projections have applied all events, which one that stopped never has. */
  async caughtUp(): Promise<void> {
    const head = await this.folder.events.head();
    for (const { name } of this.projections) {
      await this.until(name, ({ failure, position }) => {
        if (failure?.kind === 'event') throw new Error(`${name} stopped: ${failure.error.message}`);
        return position >= head;
      });
    }
  }
}

export function streamOf(subject: string): string {
  return `account-mpchat.${subject}`;
}

export function keyOf({ keyring }: DataFolder, subject: string): Promise<AccountKey | undefined> {
  return keyring.find(as<SubjectId>(subject));
}
