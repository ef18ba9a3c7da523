import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { DatabaseSync } from '@photostructure/sqlite';
import { FILES } from '../../src/infrastructure/embedded-tier.js';
import { answered, Person, problem } from '../support/journeys.js';
import type { RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/**
 * An auditor keeps two checkpoints, an export and the key. Then somebody with the data folder in hand changes the event file, and
 * what the service exports from it is checked with the command line as it is shipped.
 */

const kept = temporaryFolder();
const folder = temporaryFolder();
const file = (name: string): string => join(kept, name);
const PINNED = [
  '--key',
  file('key.txt'),
  '--checkpoint',
  file('first.txt'),
  '--checkpoint',
  file('second.txt'),
];

interface Leaf {
  readonly leafIndex: number;
  readonly position: number;
}
/** Leaves that both kept checkpoints vouch for: one in the middle, and another some way behind it. */
let leaf: Leaf;
let other: Leaf;
/** How many leaves each checkpoint is of. */
let sizes: readonly [number, number];

async function get(server: RunningServer, path: string, headers = {}): Promise<string> {
  const answer = await server.call('GET', `/v1/moomoo/audit/${path}`, { headers });
  answered(answer, 200);
  return answer.text;
}
const NOTE = { accept: 'text/plain' };

beforeAll(async () => {
  const server = await runServer({ settings: { dataFolder: folder } });
  try {
    for (let people = 0; people < 3; people++) {
      const person = new Person(server, 'moomoo');
      await person.enrol();
      await person.addPasskey();
      await person.signIn();
    }
    const { position } = await new Person(server, 'moomoo').enrol();
    writeFileSync(
      file('key.txt'),
      (JSON.parse(await get(server, 'key')) as { verifierKey: string }).verifierKey,
    );
    writeFileSync(file('first.txt'), await get(server, `checkpoint?after=${position}`, NOTE));
    writeFileSync(file('export.ndjson'), await get(server, 'export'));
    const { position: later } = await new Person(server, 'moomoo').enrol();
    writeFileSync(file('second.txt'), await get(server, `checkpoint?after=${later}`, NOTE));
    const size = (name: string): number => Number(readFileSync(file(name), 'utf8').split('\n')[1]);
    sizes = [size('first.txt'), size('second.txt')];
    const rows = await server.service.tier.readModels.list('event-log', {
      table: 'event-log',
      where: { rp: 'moomoo', type: 'PasskeyUsed' },
      orderBy: 'leaf_index',
    });
    const [one, two] = rows.map((row) => ({
      leafIndex: Number(row['leaf_index']),
      position: Number(row['position']),
    }));
    if (one === undefined || two === undefined) throw new Error('nobody signed in');
    [leaf, other] = [one, two];
  } finally {
    await server.close();
  }
});

type Tamper = (events: DatabaseSyncInstance) => void;

const nothing: Tamper = () => undefined;
const alter: Tamper = (events) => {
  const { body } = events.prepare('select body from events where position = ?').get(leaf.position) as {
    body: Uint8Array;
  };
  const altered = Buffer.from(body).toString().replace('"actor":"client"', '"actor":"system"');
  events.prepare('update events set body = ? where position = ?').run(Buffer.from(altered), leaf.position);
};
const spoil: Tamper = (events) =>
  void events
    .prepare('update events set body = ? where position = ?')
    .run(Buffer.from([0xff, 0x0a]), leaf.position);
const remove: Tamper = (events) =>
  void events.prepare('delete from events where position = ?').run(leaf.position);
const swap: Tamper = (events) => {
  const move = events.prepare('update events set position = ? where position = ?');
  move.run(-1, leaf.position);
  move.run(leaf.position, other.position);
  move.run(other.position, -1);
};
const add: Tamper = (events) => {
  events.prepare('update events set position = -position - 1 where position >= ?').run(leaf.position);
  events.prepare('update events set position = -position where position < 0').run();
  const body = { actor: 'admin', at: 1_772_442_000_000, data: { subjectId: 'nobody' } };
  events
    .prepare(
      'insert into events (position, stream, revision, event_id, type, body) values (?, ?, 0, ?, ?, ?)',
    )
    .run(
      leaf.position,
      'identifier-moomoo.forged',
      '065277f5-2983-8014-ace5-25b9cdd764e3',
      'IdentifierClaimed',
      Buffer.from(JSON.stringify(body)),
    );
};

/** What the service exports after somebody was at its files, and what it says to a request for a checkpoint. */
async function exportAfter(
  tamper: Tamper,
  cover: 'leaves the rest alone' | 'rebuilds and signs anew' = 'leaves the rest alone',
): Promise<{ readonly exported: string; readonly checkpointStatus: number }> {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  const events = new DatabaseSync(join(copy, FILES.events));
  tamper(events);
  events.close();
  if (cover === 'rebuilds and signs anew') {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(copy, `${FILES.readModels}${suffix}`), { force: true });
    const checkpoints = new DatabaseSync(join(copy, FILES.checkpoints));
    checkpoints.exec('delete from checkpoints');
    checkpoints.close();
  }
  const server = await runServer({ settings: { dataFolder: copy } });
  try {
    const { readModels, events: store } = server.service.tier;
    if (!(await readModels.reached('event-log', await store.head(), 10_000)))
      throw new Error('it was not rebuilt');
    const { status } = await server.call('GET', '/v1/moomoo/audit/checkpoint');
    const exported = join(copy, 'export.ndjson');
    writeFileSync(exported, await get(server, 'export'));
    return { exported, checkpointStatus: status };
  } finally {
    await server.close();
  }
}

interface Verified {
  readonly code: number;
  readonly said: readonly string[];
}

async function verify(...args: string[]): Promise<Verified> {
  const command = promisify(execFile)(process.execPath, ['bin/latchkey-verify.js', ...args]);
  const { code, stderr, stdout } = await command.then(
    (ended) => ({ ...ended, code: 0 }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  return { code, said: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
}

describe('B3 a history that nobody was at', () => {
  it('is whole, over a restart and a rebuild of the log', async () => {
    for (const cover of ['leaves the rest alone', 'rebuilds and signs anew'] as const) {
      const { checkpointStatus, exported } = await exportAfter(nothing, cover);
      const { code, said } = await verify(exported, ...PINNED);
      expect({ code, said, checkpointStatus }).toStrictEqual({
        code: 0,
        said: [
          expect.stringMatching(
            new RegExp(`^whole: the checkpoints vouch for ${sizes[1]} of \\d+ events$`, 'u'),
          ),
        ],
        checkpointStatus: 200,
      });
    }
  });
});

describe('B3 a history whose event file was changed', () => {
  const CASES: readonly (readonly [string, Tamper, () => readonly string[]])[] = [
    ['altered', alter, () => [`leaf ${leaf.leafIndex} was altered`]],
    ['spoiled', spoil, () => [`leaf ${leaf.leafIndex} was altered`]],
    ['taken out', remove, () => [`leaf ${leaf.leafIndex} is missing`]],
    ['put in', add, () => [`an event was added: number ${leaf.leafIndex} of the export`]],
    [
      'exchanged',
      swap,
      () => [
        expect.stringMatching(/^leaf \d+ was moved: it is number \d+ of the export$/u) as unknown as string,
        expect.stringMatching(/^leaf \d+ was moved: it is number \d+ of the export$/u) as unknown as string,
      ],
    ],
  ];

  it.each(CASES.filter(([what]) => what !== 'put in'))(
    'is not whole where an event was %s, and says which',
    async (_what, tamper, said) => {
      const { exported } = await exportAfter(tamper);
      expect(await verify(exported, ...PINNED)).toStrictEqual({
        code: 1,
        said: [...said(), expect.stringMatching(/^NOT WHOLE: the checkpoints vouch for 0 of \d+ events$/u)],
      });
    },
  );

  it('is not whole where an event was put in and all behind it moved on, so that the log’s rows lead elsewhere', async () => {
    const { exported } = await exportAfter(add);
    const { code, said } = await verify(exported, ...PINNED);
    expect(code).toBe(1);
    expect(said[0]).toBe(`an event was added: number ${leaf.leafIndex} of the export`);
  });

  it.each(CASES.filter(([what]) => what !== 'spoiled'))(
    'is not whole where an event was %s and the operator built and signed everything anew',
    async (_what, tamper, said) => {
      const { checkpointStatus, exported } = await exportAfter(tamper, 'rebuilds and signs anew');
      expect(checkpointStatus).toBe(200);
      const vouched = expect.stringMatching(/^NOT WHOLE: the checkpoints vouch for 0 of \d+ events$/u);
      const rewritten = `the first ${sizes[0]} events are not those that ${file('first.txt')} signed; the first 0 are. An export kept earlier (--earlier) tells which`;
      expect(await verify(exported, ...PINNED)).toStrictEqual({ code: 1, said: [rewritten, vouched] });
      expect(await verify(exported, ...PINNED, '--earlier', file('export.ndjson'))).toStrictEqual({
        code: 1,
        said: [...said(), vouched],
      });
    },
  );

  it('has no new checkpoint while the old ones are there, for the log is not the one that they signed', async () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    const events = new DatabaseSync(join(copy, FILES.events));
    alter(events);
    events.close();
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(copy, `${FILES.readModels}${suffix}`), { force: true });
    const server = await runServer({ settings: { dataFolder: copy } });
    try {
      const { readModels, events: store } = server.service.tier;
      await readModels.reached('event-log', await store.head(), 10_000);
      const answer = await server.call('GET', '/v1/moomoo/audit/checkpoint');
      expect(answered(answer, 500)).toStrictEqual(problem(500, 'log-altered', { treeSize: sizes[1] }));
      expect(server.log()).toContain('the event log is not the one that was signed');
      expect(JSON.parse((await get(server, 'export')).split('\n')[0] ?? '')).toMatchObject({
        checkpoint: null,
      });
    } finally {
      await server.close();
    }
  });
});

describe('B3 latchkey-verify', () => {
  it('tells that an export was cut off, and where it may go on', async () => {
    const lines = readFileSync(file('export.ndjson'), 'utf8').split('\n');
    writeFileSync(file('cut.ndjson'), `${lines.slice(0, 6).join('\n')}\n`);
    expect(await verify(file('cut.ndjson'), ...PINNED)).toStrictEqual({
      code: 1,
      said: [
        `the export has 5 of ${sizes[0]} events: go on from its last cursor`,
        'NOT WHOLE: the checkpoints vouch for 0 of 5 events',
      ],
    });
  });

  it('believes no checkpoint of another key, and says so', async () => {
    writeFileSync(
      file('foreign.txt'),
      readFileSync(file('first.txt'), 'utf8').replace(/— \S+/u, '— other.example/log'),
    );
    const { code, said } = await verify(
      file('export.ndjson'),
      ...PINNED.slice(0, 2),
      '--checkpoint',
      file('foreign.txt'),
    );
    expect({ code, said }).toStrictEqual({
      code: 1,
      said: [
        `the checkpoint ${file('foreign.txt')} says nothing: it is not signed with this key`,
        expect.stringMatching(/^NOT WHOLE: the checkpoints vouch for 0 of/u),
      ],
    });
  });

  it.each([
    ['no export', [], 'name one export'],
    ['no key', [file('export.ndjson'), '--checkpoint', file('first.txt')], '--key is missing'],
    ['no checkpoint', [file('export.ndjson'), '--key', file('key.txt')], '--checkpoint is missing'],
    ['a file that is none', [file('key.txt'), ...PINNED], 'line 1: it is no JSON object'],
    [
      'a key that is none',
      [file('export.ndjson'), '--key', 'a+b+c', '--checkpoint', file('first.txt')],
      'not an Ed25519 key',
    ],
  ])('looks at nothing with %s', async (_what, args, reason) => {
    const { code, said } = await verify(...args);
    expect({ code, said }).toStrictEqual({ code: 2, said: [expect.stringContaining(reason)] });
  });

  it('explains itself', async () => {
    const { code, said } = await verify('--help');
    expect([code, said[0]]).toStrictEqual([0, expect.stringMatching(/^Usage: latchkey-verify/u)]);
  });
});

afterAll(() => rmSync(kept, { recursive: true, force: true }));
