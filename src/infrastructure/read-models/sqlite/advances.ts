import type {
  Advance,
  AdvanceOutcome,
  Moved,
  Unapplied,
} from '../../../application/ports/projection-store.js';
import type { Table } from '../../../application/projections/projection.js';
import type { ReadModelsConnection } from './connection.js';
import { GenerationWriter } from './generation-writer.js';
import type { Generations, GenerationState } from './generations.js';
import { extendedCode, isMachineFault } from './sqlite-errors.js';
import { WriteRefused } from '../values.js';

/** Several writes of a row as one, or each by itself. */
export type HowWritten = 'folded' | 'one-by-one';

/** Ends a transaction of which nothing may stay. */
export class NotApplied extends Error {
  constructor(readonly outcome: Unapplied) {
    super(`not applied: ${outcome.kind}`);
    this.name = 'NotApplied';
  }
}

/** Carries advances out on generations in one state. */
export class Advances {
  private readonly writers = new Map<
    string,
    { readonly generation: number; readonly writer: GenerationWriter }
  >();

  constructor(
    private readonly connection: ReadModelsConnection,
    private readonly generations: Generations,
    private readonly state: GenerationState,
  ) {}

  /** In a transaction of their own. */
  async perform(
    advances: readonly Advance[],
    tables: ReadonlyMap<string, readonly Table[]>,
  ): Promise<AdvanceOutcome> {
    const folded = await this.attempt(advances, tables, 'folded');
    // Which event it was is known where each write was done by itself.
    return folded.kind === 'refused' ? this.attempt(advances, tables, 'one-by-one') : folded;
  }

  private async attempt(
    advances: readonly Advance[],
    tables: ReadonlyMap<string, readonly Table[]>,
    how: HowWritten,
  ): Promise<AdvanceOutcome> {
    try {
      await this.connection.write(() => this.apply(advances, tables, how));
      return { kind: 'applied' };
    } catch (error) {
      // What they knew of the rows may have been undone with the transaction.
      this.writers.clear();
      if (!(error instanceof NotApplied)) throw error;
      return error.outcome.kind === 'moved' ? this.moved(advances) : error.outcome;
    }
  }

  /**
   * Within a transaction, of which nothing may stay where this throws.
   * @throws NotApplied
   */
  apply(
    advances: readonly Advance[],
    tables: ReadonlyMap<string, readonly Table[]>,
    how: HowWritten = 'one-by-one',
  ): void {
    // First of all: a generation that somebody has swapped in the meantime is not to be touched.
    for (const together of groupsOf(advances)) {
      const [{ from, to }] = together;
      const numbers = together.map(({ generation }) => generation);
      if (this.generations.move(this.state, from, to, numbers) < together.length) {
        throw new NotApplied({ kind: 'moved', projections: together.map(({ projection }) => projection) });
      }
    }
    for (const advance of advances) this.applyOne(advance, tables.get(advance.projection), how);
  }

  private applyOne(
    { generation, projection, steps, to }: Advance,
    tables: readonly Table[] | undefined,
    how: HowWritten,
  ): void {
    if (tables === undefined) throw new Error(`the tables of ${projection} were not prepared`);
    const writer = this.writerOf(projection, generation, tables);
    const folding = how === 'folded' ? writer.folding() : undefined;
    const target = folding ?? writer;
    let at = to;
    try {
      for (const { position, writes } of steps) {
        at = position;
        for (const write of writes) target.write(write);
      }
      folding?.finish();
    } catch (error) {
      if (isMachineFault(error)) throw error;
      throw new NotApplied({ kind: 'refused', projection, position: at, reason: reasonOf(error) });
    }
  }

  /** Which ones it was, found out after nothing was changed. In doubt it was all: whoever asks looks each of them up. */
  private moved(advances: readonly Advance[]): Moved {
    const elsewhere = advances.filter(
      ({ from, generation }) => !this.generations.stands(generation, this.state, from),
    );
    const those = elsewhere.length > 0 ? elsewhere : advances;
    return { kind: 'moved', projections: those.map(({ projection }) => projection) };
  }

  private writerOf(projection: string, generation: number, tables: readonly Table[]): GenerationWriter {
    const known = this.writers.get(projection);
    if (known?.generation === generation) return known.writer;
    const writer = new GenerationWriter(this.connection, tables, generation);
    this.writers.set(projection, { generation, writer });
    return writer;
  }
}

/** Those that go from the same place to the same place, which is nearly always all of them. */
function groupsOf(advances: readonly Advance[]): readonly (readonly [Advance, ...Advance[]])[] {
  const groups: [Advance, ...Advance[]][] = [];
  for (const advance of advances) {
    const group = groups.find(([first]) => first.from === advance.from && first.to === advance.to);
    if (group === undefined) groups.push([advance]);
    else group.push(advance);
  }
  return groups;
}

/** Without the database's own words on a value. */
function reasonOf(error: unknown): string {
  if (error instanceof WriteRefused) return error.message;
  const code = extendedCode(error);
  if (code !== undefined) return `SQLite error ${code}`;
  return error instanceof Error ? error.name : 'unknown error';
}
