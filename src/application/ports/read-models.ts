import type { Row } from '../projections/projection.js';
import type { Position } from './event-store.js';

export interface RowQuery {
  readonly table: string;
  readonly where: Row;
  /** Column to order by; `after` and `limit` page on it. */
  readonly orderBy?: string;
  readonly descending?: boolean;
  readonly after?: string | number;
  readonly limit?: number;
}

/** The query side: rows, and how far they are. */
export interface ReadModels {
  find(
    projection: string,
    query: Omit<RowQuery, 'orderBy' | 'descending' | 'after' | 'limit'>,
  ): Promise<Row | undefined>;
  list(projection: string, query: RowQuery): Promise<readonly Row[]>;
  /** The position up to which a projection has applied everything. */
  position(projection: string): Promise<Position>;
  /** Waits until a projection has reached a position; false if that took longer than `timeout` ms. */
  reached(projection: string, position: Position, timeout: number): Promise<boolean>;
}

export const READ_MODELS = Symbol('ReadModels');
