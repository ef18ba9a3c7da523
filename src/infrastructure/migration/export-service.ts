import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { ExportSummary } from './export-file.js';
import { writeExport } from './export-file.js';
import type { ServiceRow, ServiceTable } from './service-tables.js';
import { SERVICE_TABLES } from './service-tables.js';

/** Rows read in one go. */
const PAGE = 1_000;

/** Writes what the service itself owns, of files that this release has opened, to a file, row by row, sealed and hashed as it is. @param fileOf its files in the data folder */
export function exportService(
  fileOf: (name: ServiceTable['file']) => string,
  { environment, file }: { readonly environment: string; readonly file: string },
): Promise<ExportSummary> {
  async function* lines(): AsyncGenerator<object, void, undefined> {
    for (const table of SERVICE_TABLES) {
      for await (const row of rowsOf(table, fileOf(table.file))) {
        const values = row.map((value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
        );
        yield { table: table.name, values };
      }
    }
  }
  return writeExport(file, { holds: 'service', environment }, lines(), () => ({}));
}

async function* rowsOf(
  { columns, name }: ServiceTable,
  file: string,
): AsyncGenerator<ServiceRow, void, undefined> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const read = database.prepare(
      `select rowid, ${Object.keys(columns).join(', ')} from ${name} where rowid > ? order by rowid limit ${PAGE}`,
    );
    read.setReturnArrays(true);
    let page: [number, ...ServiceRow][];
    let last = 0;
    do {
      page = read.all(last) as [number, ...ServiceRow][];
      for (const [, ...row] of page) yield row;
      last = page.at(-1)?.[0] ?? last;
      await nextTurn();
    } while (page.length === PAGE);
  } finally {
    database.close();
  }
}
