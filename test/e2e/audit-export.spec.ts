import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafHash } from '../../src/domain/audit/merkle-tree.js';
import { sha256 } from '../domain/audit/naive-merkle-tree.js';
import { answered, Person } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

interface Line {
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly cursor: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly accountId?: string;
  readonly personal?: unknown;
}

let server: RunningServer;
let ada: Person;
let position: string;

beforeAll(async () => {
  server = await runServer();
  ada = new Person(server, 'moomoo');
  await ada.enrol({ displayName: '=HYPERLINK("x")' });
  await ada.addPasskey();
  await ada.signIn();
  ({ position } = await new Person(server, 'moomoo').enrol());
});
afterAll(() => server.close());

const exported = (query = ''): Promise<Answer> =>
  server.call('GET', `/v1/moomoo/audit/export?after=${position}${query}`);
const linesOf = (answer: Answer): readonly Line[] =>
  answer.text
    .split('\n')
    .filter((line) => line.includes('"leafIndex"'))
    .map((line) => JSON.parse(line) as Line);

describe('C5 an export', () => {
  it('begins with what is signed, and has each event with the hash of its very bytes', async () => {
    const answer = await exported();
    answered(answer, 200);
    const [head = ''] = answer.text.split('\n');
    const lines = linesOf(answer);
    const size = Number(answer.headers['latchkey-tree-size']);
    expect(JSON.parse(head)).toStrictEqual({
      origin: `localhost:${server.port}/moomoo`,
      treeSize: size,
      checkpoint: expect.stringContaining(`\n${size}\n`),
    });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(lines.map(({ leafIndex }) => leafIndex)).toStrictEqual([...Array(size).keys()]);
    for (const line of lines) {
      const hash = leafHash(sha256, Buffer.from(JSON.stringify(line.event)));
      expect(line.leafHash).toBe(Buffer.from(hash).toString('base64'));
    }
    expect(answer.text).not.toContain(ada.email);
  });

  it('goes on from the last line that arrived, to the end that it had, whatever was recorded since', async () => {
    const whole = linesOf(await exported());
    const last = whole[4];
    await new Person(server, 'moomoo').enrol();
    const rest = await exported(`&cursor=${last?.cursor ?? ''}`);
    expect(rest.headers['latchkey-first-leaf']).toBe('5');
    expect(linesOf(rest)).toStrictEqual(whole.slice(5));
    expect(rest.text.split('\n').filter((line) => line.includes('"checkpoint"'))).toStrictEqual([]);
  });

  it('opens what is personal for a key that may see accounts', async () => {
    const lines = linesOf(await exported('&personal=open'));
    expect(lines.find(({ event }) => event['type'] === 'AccountEnrolled')).toMatchObject({
      accountId: ada.accountId,
      personal: { contacts: { email: ada.email } },
    });
  });

  it('is a table for spreadsheets, in which nothing is a formula', async () => {
    const answer = await exported('&format=csv&personal=open');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const rows = answer.text.split('\r\n');
    expect(rows[0]).toBe(
      'leafIndex,leafHash,at,type,actor,subject,accountId,correlationId,event,bytes,personal,endUser,cursor',
    );
    expect(rows).toHaveLength(Number(answer.headers['latchkey-tree-size']) + 2);
    expect(answer.text).not.toMatch(/(?:^|,)"?[=+@-]/mu);
  });

  it('waits for who takes it, and does no harm where they leave', async () => {
    const path = `/v1/moomoo/audit/export?after=${position}`;
    const headers = { authorization: `Bearer ${server.key}`, host: `localhost:${server.port}` };
    await new Promise<void>((resolve, reject) => {
      get({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      }).on('error', reject);
    });
    answered(await exported(), 200);
  });
});
