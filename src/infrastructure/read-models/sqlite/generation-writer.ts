import type { Table, Write } from '../../../application/projections/projection.js';
import type { ReadModelsConnection } from './connection.js';
import { FoldedWrites, isFoldable } from './folded-writes.js';
import { quotedOf } from '../identifiers.js';
import { TableWriter } from './table-writer.js';
import { WriteRefused } from '../values.js';

/** Carries out writes on the tables of one generation. */
export class GenerationWriter {
  private readonly tables: ReadonlyMap<string, TableWriter>;

  constructor(connection: ReadModelsConnection, tables: readonly Table[], generation: number) {
    this.tables = new Map(
      tables.map((table) => [
        table.name,
        new TableWriter(connection, table, quotedOf(table.name, generation)),
      ]),
    );
  }

  /** @throws WriteRefused, or what SQLite says */
  write(write: Write): void {
    const table = this.table(write, write.table);
    switch (write.kind) {
      case 'put':
        table.put(write);
        break;
      case 'patch':
        table.patch(write);
        break;
      case 'append':
        table.append(write);
        break;
      case 'amend':
        table.amend(write);
        break;
      case 'tally':
        table.tally(write, write.forEach && this.table(write, write.forEach.table));
        break;
      case 'delete':
        table.delete(write);
        break;
    }
  }

  /**
   * The same writes with fewer statements: those that change one row one after the other are made one, and rows that come one
   * after the other are inserted together. Of one that is
   * refused it can't be told by which event it was: whoever wants to know does them again, each by itself.
   */
  folding(): { write(write: Write): void; finish(): void } {
    const folded = new FoldedWrites((write) => this.write(write));
    for (const table of this.tables.values()) table.gather();
    return {
      write: (write) => {
        const { table } = this.table(write, write.table);
        if (isFoldable(write)) folded.add(write, table);
        else {
          folded.settleBefore(write, table);
          this.write(write);
        }
      },
      finish: () => {
        folded.settle();
        for (const table of this.tables.values()) table.release();
      },
    };
  }

  private table(write: Write, name: string): TableWriter {
    const table = this.tables.get(name);
    if (table === undefined) throw new WriteRefused(write, 'the projection has no such table');
    return table;
  }
}
