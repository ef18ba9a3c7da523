import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the log of a service that has little to do', () => {
  let service: KillableService | undefined;
  afterAll(() => service?.kill());

  it('has the line of a request though no other follows, and though the process is killed then', async () => {
    service = new KillableService(temporaryFolder(), await freePort(), undefined, { LATCHKEY_LOG: 'info' });
    await service.start();
    await service.get('/health/live');
    await eventually(() => linesOf(service).length > 0);
    await service.kill();

    expect(linesOf(service).map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 30, method: 'GET', route: '/health/live', status: 200 }),
    ]);
  });
});

/** Those that are whole; the welcome isn't one of them. */
function linesOf(service: KillableService | undefined): readonly string[] {
  return service?.printed.match(/^\{.*\}$/gmu) ?? [];
}
