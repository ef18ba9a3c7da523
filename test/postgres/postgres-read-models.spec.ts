import { ProjectionProgress } from '../../src/application/projections/projection-progress.js';
import type { Projection } from '../../src/application/projections/projection.js';
import { READ_MODELS_LAYOUT } from '../../src/infrastructure/read-models/postgres/layout.js';
import { PostgresProjectionStore } from '../../src/infrastructure/read-models/postgres/postgres-projection-store.js';
import { PostgresReadModels } from '../../src/infrastructure/read-models/postgres/postgres-read-models.js';
import { openStore } from '../../src/infrastructure/postgres/open-store.js';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { BOTH } from '../contract/read-models-samples.js';
import type { ReadModelsOfProcess } from '../contract/read-models-samples.js';
import { readModelsContract } from '../contract/read-models.contract.js';
import { freshPostgres } from '../support/postgres-server.js';

readModelsContract('the read models in PostgreSQL', async () => {
  const options = { address: await freshPostgres(), name: 'read models spec' };
  const databases = [await openStore(options, READ_MODELS_LAYOUT)];
  const another = (projections: readonly Projection[] = BOTH): ReadModelsOfProcess => {
    const database = new PostgresDatabase(options);
    databases.push(database);
    const progress = new ProjectionProgress();
    const readModels = new PostgresReadModels(database, projections, progress);
    return { store: new PostgresProjectionStore(database), readModels, progress };
  };
  const close = async (): Promise<void> => {
    for (const database of databases.splice(0)) await database.close();
  };
  return { ...another(), another, close };
});
