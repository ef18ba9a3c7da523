import type { ServiceDatabase } from './service-database.js';

export type Environment = 'development' | 'production';

/**
 * Marks a data folder by the first environment that used it. Development has helpers that hand out codes: it
 * never opens a folder that was production's.
 * @throws where the folder belongs to the other environment
 */
export function claimFolder(database: ServiceDatabase, environment: Environment): void {
  database
    .prepare("insert into facts (name, value) values ('environment', ?) on conflict do nothing")
    .run(environment);
  const { value } = database.prepare("select value from facts where name = 'environment'").get() as {
    value: string;
  };
  if (value !== environment) {
    throw new Error(`this data folder was made in ${value}; it is not opened in ${environment}`);
  }
}
