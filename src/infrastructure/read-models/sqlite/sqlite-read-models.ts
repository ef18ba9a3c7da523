import type { Position } from '../../../application/ports/event-store.js';
import { Unavailable } from '../../../application/ports/unavailable.js';
import type { ReadModels, RowQuery, SumQuery } from '../../../application/ports/read-models.js';
import type { ProjectionProgress } from '../../../application/projections/projection-progress.js';
import type { Projection, Row, Table } from '../../../application/projections/projection.js';
import type { Duration } from '../../../domain/kernel/time.js';
import { ReadModelOutdated } from '../read-model-outdated.js';
import type { ReadModelsConnection } from './connection.js';
import { Generations } from './generations.js';
import { rowFrom } from './rows.js';
import type { Select } from '../select.js';
import { select, selectSums } from '../select.js';

/** Queries on the live generations. Each is one statement, so that a swap comes before it or after it. */
export class SqliteReadModels implements ReadModels {
  private readonly generations: Generations;

  constructor(
    private readonly connection: ReadModelsConnection,
    private readonly projections: readonly Projection[],
    private readonly progress: ProjectionProgress,
  ) {
    this.generations = new Generations(connection);
  }

  find(projection: string, query: Pick<RowQuery, 'table' | 'where'>): Promise<Row | undefined> {
    return promised(() => this.rows(projection, { ...query, limit: 1 })[0]);
  }

  /** @throws ReadModelOutdated */
  list(projection: string, query: RowQuery): Promise<readonly Row[]> {
    return promised(() => this.rows(projection, query));
  }

  /** @throws ReadModelOutdated */
  sums(projection: string, query: SumQuery): Promise<readonly Row[]> {
    return promised(() => {
      const known = this.projectionNamed(projection);
      return this.selected(known, selectSums(tableOf(known, query.table), query));
    });
  }

  position(projection: string): Promise<Position> {
    return promised(() => this.livePosition(this.projectionNamed(projection)));
  }

  async reached(projection: string, position: Position, timeout: Duration): Promise<boolean> {
    const known = this.projectionNamed(projection);
    if (this.livePosition(known) >= position) return true;
    if (timeout <= 0) return false;
    await this.progress.next(projection, position, timeout);
    return this.livePosition(known) >= position;
  }

  private rows(projection: string, query: RowQuery): readonly Row[] {
    const known = this.projectionNamed(projection);
    return this.selected(known, select(tableOf(known, query.table), query));
  }

  private selected(known: Projection, { sql, values }: Select): readonly Row[] {
    try {
      return this.connection
        .statement(sql)
        .all(...values)
        .map(rowFrom);
    } catch (error) {
      if (this.generations.live(known.name)?.version === known.version) throw error;
      throw new ReadModelOutdated(known.name);
    }
  }

  private livePosition({ name }: Projection): Position {
    const live = this.generations.live(name);
    if (live === undefined) throw new Unavailable('read-model-not-there-yet');
    return live.position;
  }

  private projectionNamed(name: string): Projection {
    const found = this.projections.find((projection) => projection.name === name);
    if (found === undefined) throw new Error(`there is no projection ${name}`);
    return found;
  }
}

function tableOf({ name, tables }: Projection, wanted: string): Table {
  const found = tables.find((table) => table.name === wanted);
  if (found === undefined) throw new Error(`projection ${name} has no such table`);
  return found;
}

/** SQLite answers at once; what it throws is the promise's. */
function promised<Result>(answer: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    resolve(answer());
  });
}
