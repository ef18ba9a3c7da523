import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answered, Person } from '../support/journeys.js';
import type { Answer, RunningServer } from '../support/running-server.js';
import { runServer } from '../support/running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await runServer();
});
afterAll(() => server.close());

interface Report {
  readonly report: string;
  readonly span: string;
  readonly definitions: { readonly columns: readonly Defined[]; readonly totals: readonly Defined[] };
  readonly totals: Readonly<Record<string, unknown>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly next?: string;
}
interface Defined {
  readonly figure: string;
  readonly definition: string;
}

const NAMES = [
  'passkey-adoption',
  'passkey-inventory',
  'onboarding',
  'resets',
  'step-ups',
  'factors',
  'lock-outs',
  'dormant-passkeys',
  'below-policy',
  'erasures',
  'history-access',
];

const get = (path: string, options: Parameters<RunningServer['call']>[2] = {}): Promise<Answer> =>
  server.call('GET', `/v1/moomoo/compliance/reports${path}`, options);
const report = async (path: string): Promise<Report> => answered<Report>(await get(path), 200);
const errorsOf = (answer: Answer): unknown =>
  (answer.body as { errors: readonly { pointer: string }[] }).errors.map(({ pointer }) => pointer);

describe('compliance reports over REST', () => {
  it('C6: are listed, and each defines every figure of its answer, in either language', async () => {
    const { reports } = answered<{ reports: readonly Report[] }>(await get(''), 200);
    expect(reports.map((each) => each.report)).toStrictEqual(NAMES);
    const ada = new Person(server, 'moomoo');
    await ada.enrol();
    await ada.addPasskey();
    for (const name of NAMES) {
      const { definitions, rows, totals } = await report(`/${name}`);
      expect(Object.keys(totals)).toStrictEqual(definitions.totals.map(({ figure }) => figure));
      for (const row of rows)
        expect(Object.keys(row)).toStrictEqual(definitions.columns.map(({ figure }) => figure));
      const inChinese = answered<Report>(
        await get(`/${name}`, { headers: { 'accept-language': 'zh' } }),
        200,
      );
      for (const { definition } of [...inChinese.definitions.columns, ...inChinese.definitions.totals]) {
        expect(definition).toMatch(/\p{Script=Han}/u);
      }
    }
  });

  it('B6: show what a command wrote to whoever shows its position', async () => {
    const before = await report('/passkey-adoption');
    const ben = new Person(server, 'moomoo');
    await ben.enrol();
    const { position } = await ben.addPasskey();
    const after = await report(`/passkey-adoption?after=${position}`);
    expect(Number(after.totals['passkeys'])).toBe(Number(before.totals['passkeys']) + 1);
    expect(await get('/passkey-adoption?after=made-up')).toMatchObject({
      status: 400,
      body: { code: 'position-invalid' },
    });
  });

  it('B5: tell which accounts had which passkeys at a moment of the past', async () => {
    const cho = new Person(server, 'moomoo');
    await cho.enrol();
    server.clock.advance(60_000);
    const earlier = new Date(server.clock.now()).toISOString();
    server.clock.advance(60_000);
    const { passkey, position } = await cho.addPasskey();
    const held = async (query: string) => {
      const { rows } = await report(`/passkey-inventory?after=${position}${query}`);
      return rows.filter(({ accountId }) => accountId === cho.accountId).map(({ passkeyId }) => passkeyId);
    };
    expect(await held(`&asOf=${earlier}`)).toStrictEqual([]);
    expect(await held('')).toStrictEqual([passkey.passkeyId]);
  });

  it('C5: record who reads one that names accounts, and tell it; of others nothing', async () => {
    const key = await server.keyFor('moomoo', 'compliance');
    const before = await report('/history-access');
    answered(await get('/passkey-inventory', { key }), 200);
    answered(await get('/dormant-passkeys?format=csv', { key }), 200);
    answered(await get('/resets', { key }), 200);
    const { rows } = await report('/history-access');
    expect(
      rows
        .slice(before.rows.length)
        .map(({ what, oneAccount, personalOpened }) => [what, oneAccount, personalOpened]),
    ).toStrictEqual([
      ['passkey-inventory', false, false],
      ['dormant-passkeys', false, false],
    ]);
    expect(new Set(rows.slice(before.rows.length).map(({ keyId }) => keyId)).size).toBe(1);
  });

  it('come a page at a time, and as a whole in CSV and NDJSON', async () => {
    const first = await report('/passkey-inventory?limit=2');
    expect(first.rows).toHaveLength(2);
    const second = await report(`/passkey-inventory?limit=2&cursor=${first.next ?? ''}`);
    expect(second.next).toBeUndefined();
    const all = [...first.rows, ...second.rows];
    expect(Number(first.totals['passkeys'])).toBe(all.length);

    const ndjson = await get('/passkey-inventory?format=ndjson');
    expect(ndjson.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const [head, ...lines] = ndjson.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(head).toMatchObject({
      report: 'passkey-inventory',
      totals: first.totals,
      definitions: first.definitions,
    });
    expect(lines).toStrictEqual(all);

    const csv = await get('/passkey-inventory?format=csv');
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      link: '</docs/compliance-reports#passkey-inventory>; rel="describedby"',
    });
    expect(csv.headers['content-disposition']).toMatch(
      /^attachment; filename="moomoo-passkey-inventory-\d{4}-\d{2}-\d{2}\.csv"$/,
    );
    const records = csv.text.split('\r\n');
    expect(records[0]).toBe(first.definitions.columns.map(({ figure }) => figure).join(','));
    expect(records).toHaveLength(all.length + 2);
  });

  it('run nothing in a spreadsheet, whatever an account is called', async () => {
    const eve = new Person(server, 'moomoo');
    const accountId = `=HYPERLINK("http://evil.example","x")${eve.accountId}`;
    Object.assign(eve, { accountId });
    await eve.enrol();
    const { position } = await eve.addPasskey();
    const csv = await get(`/passkey-inventory?format=csv&after=${position}`);
    expect(csv.text).toContain(`"'${accountId.replaceAll('"', '""')}"`);
    expect(csv.text).not.toMatch(/(^|,|\n)"?=/);
  });

  it.each([
    ['from=yesterday', ['/from']],
    ['to=2026-02-30', ['/to']],
    ['from=2026-06-02&to=2026-06-01', ['/from']],
    ['from=2020-01-01&to=2026-01-01', ['/from']],
    ['asOf=2999-01-01', ['/asOf']],
    ['asOf=noon&days=0', ['/asOf', '/days']],
    ['days=1e9', ['/days']],
    ['format=xlsx', ['/format']],
    ['limit=1001', ['/limit']],
    ['cursor=e30', ['/cursor']],
    ['from=2026-06-01&from=2026-06-02', ['/from']],
  ])('refuse %s', async (query, pointers) => {
    const answer = await get(`/passkey-inventory?${query}`);
    expect([answer.status, errorsOf(answer)]).toStrictEqual([400, pointers]);
  });

  it('are for keys with their scope, of their product; and are none where there is none', async () => {
    expect(await get('/resets', { key: await server.keyFor('moomoo', 'audit', 'admin') })).toMatchObject({
      status: 403,
      body: { code: 'scope-missing', scope: 'compliance' },
    });
    expect(await get('/resets', { key: await server.keyFor('mpchat', 'compliance') })).toMatchObject({
      status: 404,
    });
    expect(await get('/resets', { key: await server.keyFor('moomoo', 'compliance') })).toMatchObject({
      status: 200,
    });
    expect(await get('/salaries')).toMatchObject({ status: 404, body: { code: 'report-not-found' } });
    expect(await get('/constructor')).toMatchObject({ status: 404, body: { code: 'report-not-found' } });
  });

  it('have their definitions in the documents that the service serves', async () => {
    const page = await server.call('GET', '/docs/compliance-reports', { key: null });
    expect(page.headers['content-type']).toBe('text/markdown; charset=utf-8');
    for (const name of NAMES) expect(page.text).toContain(`\n## ${name}\n`);
  });
});
