import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DatabaseSync } from '@photostructure/sqlite';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { KillableService } from '../support/killable-service.js';
import { found } from '../support/spellings.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KILL_AT = pathToFileURL(resolve('test/support/kill-at.mjs')).href;
const ACCOUNT = '/v1/moomoo/accounts/ada.lovelace%40example.com';
const PERSONAL = new Map([
  ['account id', 'ada.lovelace@example.com'],
  ['phone', '+8618512345678'],
  ['email', 'ada.byron@example.org'],
  ['display name', 'Augusta Ada King'],
  ['identifier', 'uid-of-ada-1815'],
]);

const recorded = (folder: string, type: string): number => {
  const database = new DatabaseSync(join(folder, FILES.events), { readOnly: true });
  const { events } = database.prepare('select count(*) as events from events where type = ?').get(type) as {
    events: number;
  };
  database.close();
  return events;
};

describe('B4 an erasure that the process doesn’t live to finish', () => {
  let service: KillableService;

  afterEach(() => service.kill());

  it.each([
    'before-release',
    'after-release',
    'before-destroy',
    'after-destroy',
    'before-snapshot',
    'after-ephemeral',
    'before-jobs',
    'after-jobs',
    'before-receipt',
    'after-receipt',
  ])('is finished by the next one, killed %s', async (point) => {
    service = new KillableService(temporaryFolder(), await freePort());
    await service.start({ NODE_OPTIONS: `--import=${KILL_AT}`, KILL_AT: point });
    const body = {
      phone: PERSONAL.get('phone'),
      email: PERSONAL.get('email'),
      displayName: PERSONAL.get('display name'),
      identifiers: [PERSONAL.get('identifier')],
    };
    expect((await service.post('PUT', ACCOUNT, 'enrol', body))?.status).toBe(201);
    expect(await service.post('DELETE', ACCOUNT, 'erase', {})).toBeUndefined();
    expect(recorded(service.folder, 'AccountErased')).toBe(1);
    expect(recorded(service.folder, 'ErasureCompleted')).toBe(0);

    await service.start();
    await eventually(() => recorded(service.folder, 'ErasureCompleted') === 1);
    expect(recorded(service.folder, 'IdentifierReleased')).toBe(3);
    const again = await service.post('DELETE', ACCOUNT, 'again', {});
    expect([again?.status, JSON.parse(again?.text ?? '{}')]).toStrictEqual([
      200,
      {
        receipt: expect.any(String),
        receiptId: expect.any(String),
        erasedAt: expect.any(String),
        completedAt: expect.any(String),
        position: expect.any(String),
      },
    ]);
    const traces = readdirSync(service.folder).map((file) =>
      found(PERSONAL, readFileSync(join(service.folder, file))),
    );
    expect(traces.flat()).toStrictEqual([]);
  });
});
