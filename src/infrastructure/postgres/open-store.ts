import type { Layout } from './migrations.js';
import { migrate } from './migrations.js';
import type { PostgresOptions } from './postgres-database.js';
import { PostgresDatabase } from './postgres-database.js';

/** @throws WrongLayout where the tables are of another release; what was opened is closed again */
export async function openStore(options: PostgresOptions, layout: Layout): Promise<PostgresDatabase> {
  const database = new PostgresDatabase(options);
  try {
    await migrate(database, layout);
    return database;
  } catch (failure) {
    await database.close();
    throw failure;
  }
}
