import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { exportServiceCommand } from '../../src/cli/moved-service.js';
import { openCheckpointDatabase } from '../../src/infrastructure/service/sqlite/checkpoint-database.js';
import { openServiceDatabase } from '../../src/infrastructure/service/sqlite/service-database.js';
import { SqliteEnvironmentStore } from '../../src/infrastructure/service/sqlite/sqlite-environment-store.js';
import { linesOfExport } from '../support/altered-export.js';
import { temporaryFolder } from '../support/temporary-folder.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('latchkey export-service', () => {
  it('takes the folder of a release that had fewer tables', async () => {
    const folder = temporaryFolder();
    const service = openServiceDatabase(join(folder, 'service.sqlite'));
    await new SqliteEnvironmentStore(service).claim('development');
    service.exec('drop table event_signing_keys; drop table gone_receivers');
    service.close();
    openCheckpointDatabase(join(folder, 'checkpoints.sqlite')).close();
    const said = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const out = join(folder, 'service.ndjson');
    await exportServiceCommand().parseAsync(['--data', folder, '--out', out], { from: 'user' });
    expect(said.mock.calls).toStrictEqual([[`0 keys and checkpoints of development are in ${out}\n`]]);
    expect(linesOfExport(out)).toHaveLength(2);
  });
});
