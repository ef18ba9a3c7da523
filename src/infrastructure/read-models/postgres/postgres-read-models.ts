import type { Position } from '../../../application/ports/event-store.js';
import { Unavailable } from '../../../application/ports/unavailable.js';
import type { ReadModels, RowQuery, SumQuery } from '../../../application/ports/read-models.js';
import type { ProjectionProgress } from '../../../application/projections/projection-progress.js';
import type { Projection, Row, Table, Value } from '../../../application/projections/projection.js';
import type { Duration } from '../../../domain/kernel/time.js';
import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import { ReadModelOutdated } from '../read-model-outdated.js';
import type { Select } from '../select.js';
import { select, selectSums } from '../select.js';
import type { StoredGeneration } from './generations.js';
import { LIVE } from './generations.js';

/** In ms: those who wait for a position that another process has to reach look so often. */
const LOOKS_EVERY = 50;

/** Queries on the live generations. Each is one statement, so that a swap comes before it or after it. */
export class PostgresReadModels implements ReadModels {
  /** @param database with the tables of `READ_MODELS_LAYOUT`; closed by whoever opened it */
  constructor(
    private readonly database: PostgresDatabase,
    private readonly projections: readonly Projection[],
    private readonly progress: ProjectionProgress,
  ) {}

  async find(projection: string, query: Pick<RowQuery, 'table' | 'where'>): Promise<Row | undefined> {
    const [first] = await this.list(projection, { ...query, limit: 1 });
    return first;
  }

  /** @throws ReadModelOutdated */
  async list(projection: string, query: RowQuery): Promise<readonly Row[]> {
    const known = this.projectionNamed(projection);
    const table = tableOf(known, query.table);
    return this.selected(known, select(table, query, nullsOf(table), 'read_models.'));
  }

  /** @throws ReadModelOutdated */
  async sums(projection: string, query: SumQuery): Promise<readonly Row[]> {
    const known = this.projectionNamed(projection);
    return this.selected(known, selectSums(tableOf(known, query.table), query, 'read_models.'));
  }

  async position(projection: string): Promise<Position> {
    const { name } = this.projectionNamed(projection);
    const live = await this.live(name);
    if (live === undefined) throw new Unavailable('read-model-not-there-yet');
    return live.position;
  }

  async reached(projection: string, position: Position, timeout: Duration): Promise<boolean> {
    const deadline = performance.now() + timeout;
    for (;;) {
      if ((await this.position(projection)) >= position) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await this.progress.next(projection, position, Math.min(left, LOOKS_EVERY));
    }
  }

  private async selected(known: Projection, { sql, values }: Select): Promise<readonly Row[]> {
    try {
      const rows = await this.database.repeatable<Record<string, Value>>({ text: numbered(sql) }, values);
      return rows.map(rowFrom);
    } catch (error) {
      if ((await this.live(known.name))?.version === known.version) throw error;
      throw new ReadModelOutdated(known.name);
    }
  }

  private async live(projection: string): Promise<StoredGeneration | undefined> {
    return (await this.database.repeatable<StoredGeneration>(LIVE, [projection]))[0];
  }

  private projectionNamed(name: string): Projection {
    const found = this.projections.find((projection) => projection.name === name);
    if (found === undefined) throw new Error(`there is no projection ${name}`);
    return found;
  }
}

/** What is null comes first, as in SQLite, and in the order that the indexes have. No key is null. */
function nullsOf({ primaryKey }: Table): (column: string, descending: boolean) => string {
  return (column, descending) => {
    if (primaryKey.includes(column)) return '';
    return descending ? ' nulls last' : ' nulls first';
  };
}

/** `$1`, `$2`… for `?`, which stands nowhere else in a selection: names hold none, and there is no text in it. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${(count += 1)}`);
}

/** The driver's buffers are views of larger ones, some of them shared. */
function rowFrom(found: Record<string, Value>): Row {
  const row: Record<string, Value> = {};
  for (const [column, value] of Object.entries(found))
    row[column] = typeof value === 'object' && value !== null ? new Uint8Array(value) : value;
  return row;
}

function tableOf({ name, tables }: Projection, wanted: string): Table {
  const found = tables.find((table) => table.name === wanted);
  if (found === undefined) throw new Error(`projection ${name} has no such table`);
  return found;
}
