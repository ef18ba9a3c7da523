import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { attestationKey, certificateOf, keyOf } from '../support/attestation-certificates.js';
import { ClusterOfProcesses } from '../support/cluster-of-processes.js';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SESSIONS = `select distinct application_name as name, ssl from pg_stat_activity join pg_stat_ssl using (pid)
  where application_name like 'latchkey%' order by 1`;

describe('a service on servers that speak TLS', () => {
  let cluster: ClusterOfProcesses | undefined;
  afterAll(() => cluster?.stop());

  it('C7: says nothing in the clear', async () => {
    const folder = temporaryFolder();
    const file = (name: string, bytes: Buffer): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const authority = attestationKey({ name: 'Example Authority', authority: true });
    const host = attestationKey({ name: 'localhost', issuer: authority });
    const started = await ClusterOfProcesses.start({
      certificate: file('host.crt', certificateOf(host)),
      key: file('host.key', keyOf(host)),
      authority: file('authority.crt', certificateOf(authority)),
    });
    cluster = started;
    const service = await started.process('api', 'projector', 'worker');
    const enrolled = await service.post('PUT', '/v1/moomoo/accounts/ada', randomUUID(), {
      displayName: 'Ada',
    });
    expect(enrolled?.status).toBe(201);
    const { position } = JSON.parse(enrolled?.text ?? '{}') as { position: string };
    const read = await service.get(`/v1/moomoo/accounts/ada?after=${position}`);
    expect(read).toMatchObject({ accountId: 'ada' });
    await eventually(async () => {
      const { processes } = (await service.get('/health/ready')) as {
        processes: readonly { status: string; lag: number }[];
      };
      return processes.every(({ lag, status }) => status === 'running' && lag === 0);
    });
    const sessions = await started.postgres.run(SESSIONS);
    expect(sessions.map(({ name }) => name)).toContain('latchkey events');
    expect(sessions.filter(({ ssl }) => ssl !== true)).toStrictEqual([]);
  }, 60_000);
});
