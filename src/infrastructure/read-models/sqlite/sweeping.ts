import { setTimeout as delay } from 'node:timers/promises';
import type { ReadModelsConnection } from './connection.js';
import type { Generations } from './generations.js';
import { list, quotedOf } from '../identifiers.js';
import { rowFrom, textOf } from './rows.js';

/** So many rows go at a time: whoever feeds the live tables waits for no more than that. */
const ROWS_AT_ONCE = 1_000;
const PAUSE_MS = 1;

/** Removes what retired generations have left. Where one process stops, another goes on. */
export async function sweep(connection: ReadModelsConnection, generations: Generations): Promise<void> {
  for (const { number, tables } of generations.inState('retired')) {
    for (const table of tables) await remove(connection, quotedOf(table, number));
    await connection.write(() => generations.forget(number));
  }
}

/** The indexes first, each as a whole: else each row that goes is looked for in every one of them. */
async function remove(connection: ReadModelsConnection, table: string): Promise<void> {
  for (const index of indexesOf(connection, table)) {
    await connection.write(() => connection.execute(`DROP INDEX IF EXISTS "${index}"`));
    await delay(PAUSE_MS);
  }
  while (await connection.write(() => removeSome(connection, table))) await delay(PAUSE_MS);
}

/** False when the table is gone. Dropping a full one would hold everybody up for as long as it is large. */
function removeSome(connection: ReadModelsConnection, table: string): boolean {
  const key = primaryKeyOf(connection, table);
  if (key.length === 0) return false;
  const columns = list(key);
  const { changes } = connection
    .prepare(
      `DELETE FROM ${table} WHERE (${columns}) IN (SELECT ${columns} FROM ${table} LIMIT ${ROWS_AT_ONCE})`,
    )
    .run();
  if (changes === ROWS_AT_ONCE) return true;
  connection.execute(`DROP TABLE ${table}`);
  return false;
}

/** Without that of the primary key, which is part of the table. */
function indexesOf(connection: ReadModelsConnection, table: string): readonly string[] {
  return connection
    .prepare(`SELECT "name" FROM pragma_index_list(${literal(table)}) WHERE "origin" = 'c'`)
    .all()
    .map((found: unknown) => textOf(rowFrom(found), 'name'));
}

function primaryKeyOf(connection: ReadModelsConnection, table: string): readonly string[] {
  return connection
    .prepare(`SELECT "name" FROM pragma_table_info(${literal(table)}) WHERE "pk" > 0 ORDER BY "pk"`)
    .all()
    .map((found: unknown) => textOf(rowFrom(found), 'name'));
}

const literal = (quotedName: string): string => quotedName.replaceAll('"', "'");
