import type { Row } from '../projections/projection.js';
import type { Position } from './event-store.js';

export interface RowQuery {
  readonly table: string;
  readonly where: Row;
  /** Only rows whose columns are within: at least `from`, below `before`. */
  readonly ranges?: readonly Range[];
  /** Column to order by, or several, the first one first; `after` and `limit` page on them. */
  readonly orderBy?: string | readonly string[];
  readonly descending?: boolean;
  /** What the last row of the page before has in the columns to order by. */
  readonly after?: Key | readonly Key[];
  readonly limit?: number;
}

type Key = string | number;

export interface Range {
  readonly column: string;
  readonly from?: number;
  readonly before?: number;
}

/** Sums of columns over rows that share the values of others. */
export interface SumQuery {
  readonly table: string;
  readonly where: Row;
  readonly ranges?: readonly Range[];
  readonly by: readonly string[];
  readonly sum: readonly string[];
}

/** The query side: rows, and how far they are. */
export interface ReadModels {
  find(
    projection: string,
    query: Omit<RowQuery, 'orderBy' | 'descending' | 'after' | 'limit'>,
  ): Promise<Row | undefined>;
  list(projection: string, query: RowQuery): Promise<readonly Row[]>;
  /** One row for each combination of values that there is, with the sums under the columns' own names. */
  sums(projection: string, query: SumQuery): Promise<readonly Row[]>;
  /** The position up to which a projection has applied everything. */
  position(projection: string): Promise<Position>;
  /** Waits until a projection has reached a position; false if that took longer than `timeout` ms. */
  reached(projection: string, position: Position, timeout: number): Promise<boolean>;
}

export const READ_MODELS = Symbol('ReadModels');
