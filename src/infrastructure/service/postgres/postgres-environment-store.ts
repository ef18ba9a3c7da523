import type { PostgresDatabase } from '../../postgres/postgres-database.js';
import type { Environment, EnvironmentStore } from '../environment.js';

const CLAIM = {
  text: `insert into service.facts (name, value) values ('environment', $1) on conflict do nothing`,
};
const CLAIMED = { text: `select value from service.facts where name = 'environment'` };

/** Which environment a database is of. */
export class PostgresEnvironmentStore implements EnvironmentStore {
  constructor(private readonly database: PostgresDatabase) {}

  async claim(environment: Environment): Promise<string> {
    await this.database.repeatable(CLAIM, [environment]);
    const [row] = await this.database.repeatable<{ value: string }>(CLAIMED);
    if (row === undefined) throw new Error('the environment that was claimed is not there');
    return row.value;
  }
}
