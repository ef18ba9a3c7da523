import { promised } from '../../sqlite/promised.js';
import type { Environment, EnvironmentStore } from '../environment.js';
import type { ServiceDatabase } from './service-database.js';

/** Which environment a data folder is of. */
export class SqliteEnvironmentStore implements EnvironmentStore {
  constructor(private readonly database: ServiceDatabase) {}

  claim(environment: Environment): Promise<string> {
    return promised(() => {
      this.database
        .prepare("insert into facts (name, value) values ('environment', ?) on conflict do nothing")
        .run(environment);
      const read = this.database.prepare("select value from facts where name = 'environment'");
      return (read.get() as { value: string }).value;
    });
  }
}
