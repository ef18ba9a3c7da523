import { z } from 'zod';
import { migrate } from '../postgres/migrations.js';
import type { PostgresDatabase } from '../postgres/postgres-database.js';
import { claimEnvironment } from '../service/environment.js';
import { PostgresEnvironmentStore } from '../service/postgres/postgres-environment-store.js';
import { SERVICE_LAYOUT } from '../service/postgres/service-layout.js';
import { openExport, UnusableExport } from './export-file.js';
import type { ColumnType, ServiceRow, ServiceTable } from './service-tables.js';
import { SERVICE_TABLES } from './service-tables.js';

/** The database holds keys or checkpoints that are not in the file. */
export class ServiceInUse extends Error {
  constructor(table: string) {
    super(
      `the database holds ${table.replaceAll('_', ' ')} that are not in the file: a service has started there. Import before the first start, into an empty database`,
    );
    this.name = 'ServiceInUse';
  }
}

const ENVIRONMENT = z.enum(['development', 'production']);
const VALUE: Readonly<Record<ColumnType, z.ZodType<string | number | null>>> = {
  text: z.string(),
  bigint: z.int().nullable(),
  bytea: z.base64(),
};
const RECORD = z.strictObject({ table: z.string(), values: z.array(z.unknown()) });

const AT_ONCE = 500;

/**
 * Keeps what the service itself owns as it is in the file, and looks whether all of it, and nothing else, is there then.
 * May be repeated until a service has started there.
 * @returns how many rows there are of each table
 * @throws UnusableExport, ServiceInUse before anything is kept; where the database is of another environment
 */
export async function importService(
  file: string,
  database: PostgresDatabase,
): Promise<ReadonlyMap<string, number>> {
  const { header, records } = await openExport(file, 'service', (record) => void rowIn(file, record));
  const environment = ENVIRONMENT.safeParse(header.environment);
  if (!environment.success)
    throw new UnusableExport(file, 'is of an environment that this release doesn’t know');
  await migrate(database, SERVICE_LAYOUT);
  const pages = () => pagesOf(file, records());
  const before = await asInFile(database, pages());
  for (const { name } of SERVICE_TABLES) {
    if ((before.get(name) ?? 0) !== (await countOf(database, name))) throw new ServiceInUse(name);
  }
  await claimEnvironment(new PostgresEnvironmentStore(database), environment.data, 'database');
  for await (const page of pages())
    await database.repeatable({ text: insertInto(page.table) }, parametersOf(page));
  const after = await asInFile(database, pages());
  for (const [name, rows] of await counted(pages())) {
    if (after.get(name) !== rows)
      throw new Error(`the database doesn’t keep ${name} as they are in the file`);
  }
  return new Map(SERVICE_TABLES.map(({ name }) => [name, after.get(name) ?? 0]));
}

interface Page {
  readonly table: ServiceTable;
  readonly rows: readonly ServiceRow[];
}

async function* pagesOf(file: string, records: AsyncIterable<object>): AsyncGenerator<Page, void, undefined> {
  let page: { readonly table: ServiceTable; readonly rows: ServiceRow[] } | undefined;
  for await (const record of records) {
    const { row, table } = rowIn(file, record);
    if (page !== undefined && (page.table !== table || page.rows.length === AT_ONCE)) {
      yield page;
      page = undefined;
    }
    page ??= { table, rows: [] };
    page.rows.push(row);
  }
  if (page !== undefined) yield page;
}

function rowIn(file: string, record: object): { readonly table: ServiceTable; readonly row: ServiceRow } {
  const read = RECORD.safeParse(record);
  const table = SERVICE_TABLES.find(({ name }) => name === read.data?.table);
  const types = Object.values(table?.columns ?? {});
  const values = read.data?.values ?? [];
  const fits =
    values.length === types.length && types.every((type, at) => VALUE[type].safeParse(values[at]).success);
  if (table === undefined || !fits)
    throw new UnusableExport(file, 'was written by another release: a line of it fits no table');
  const row = types.map((type, at) =>
    type === 'bytea' ? Buffer.from(String(values[at]), 'base64') : (values[at] as string | number | null),
  );
  return { table, row };
}

const columnsOf = ({ columns }: ServiceTable, of = ''): string =>
  Object.keys(columns)
    .map((name) => `${of}${name}`)
    .join(', ');

/** The rows that a page's parameters are, a column each. */
const given = (table: ServiceTable): string => {
  const parameters = Object.values(table.columns).map((type, at) => `$${at + 1}::${type}[]`);
  return `unnest(${parameters.join(', ')}) as given (${columnsOf(table)})`;
};

const insertInto = (table: ServiceTable): string =>
  `insert into service.${table.name} (${columnsOf(table)}) select * from ${given(table)} on conflict do nothing`;

const countKept = (table: ServiceTable): string =>
  `select count(*) as rows from ${given(table)} join service.${table.name} kept using (${table.key.join(', ')})
   where (${columnsOf(table, 'given.')}) is not distinct from (${columnsOf(table, 'kept.')})`;

function parametersOf({ rows, table }: Page): readonly unknown[] {
  return Object.keys(table.columns).map((_name, at) => rows.map((row) => row[at] ?? null));
}

/** How many rows of the file each table holds, to the byte. */
async function asInFile(
  database: PostgresDatabase,
  pages: AsyncIterable<Page>,
): Promise<ReadonlyMap<string, number>> {
  const kept = new Map<string, number>();
  for await (const page of pages) {
    const [row] = await database.repeatable<{ rows: number }>(
      { text: countKept(page.table) },
      parametersOf(page),
    );
    kept.set(page.table.name, (kept.get(page.table.name) ?? 0) + (row?.rows ?? 0));
  }
  return kept;
}

async function counted(pages: AsyncIterable<Page>): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  for await (const page of pages)
    rows.set(page.table.name, (rows.get(page.table.name) ?? 0) + page.rows.length);
  return rows;
}

async function countOf(database: PostgresDatabase, table: string): Promise<number> {
  const [row] = await database.repeatable<{ rows: number }>({
    text: `select count(*) as rows from service.${table}`,
  });
  return row?.rows ?? 0;
}
