import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { REPORT_NAMES } from '../../src/application/reports/report.js';
import { serverStories } from '../support/browser-stories.js';
import type { Visitor } from '../support/browser-visitor.js';
import { goTo, history, ledOn, openConsole, textsOf } from '../support/console-journeys.js';
import { answered } from '../support/journeys.js';

type Cells = Readonly<Record<string, string | number | boolean | null>>;
interface Figure {
  readonly figure: string;
  readonly definition: string;
}
interface Report {
  readonly title: string;
  readonly definitions: { readonly columns: readonly Figure[]; readonly totals: readonly Figure[] };
  readonly totals: Cells;
  readonly rows: readonly Cells[];
}

const NUMBERS = new Intl.NumberFormat('en-US');
const written = (cell: Cells[string] | undefined): string =>
  typeof cell === 'number' ? NUMBERS.format(cell) : '–';

describe('B5 and B9: the reports of the console', () => {
  const stories = serverStories();
  let position: string;

  beforeAll(async () => {
    ({ position } = await history(stories.service, 'moomoo', 3));
  });

  const enter = async (fragment: string, locale = 'en-US'): Promise<Visitor> => {
    const visitor = await stories.visitor({ locale });
    await openConsole(visitor, await stories.service.keyFor('moomoo', 'compliance'), fragment);
    return visitor;
  };
  const reportOf = async (name: string, query = ''): Promise<Report> =>
    answered(
      await stories.service.call('GET', `/v1/moomoo/compliance/reports/${name}?after=${position}${query}`),
      200,
    );
  const shown = async (visitor: Visitor, title: string): Promise<void> => {
    await visitor.page.locator('[data-testid=report][aria-busy=false]').waitFor();
    await visitor.see('report-title', title);
  };

  it('are all there, with totals, rows, a chart with its numbers, and what each figure means', async () => {
    const visitor = await enter('#/moomoo/reports');
    for (const name of REPORT_NAMES) {
      // What is read through the console may itself be in a report: it is asked for first.
      const { definitions, rows, title, totals } = await reportOf(name);
      await goTo(visitor, `#/moomoo/reports?name=${name}`);
      await shown(visitor, title);
      expect(await visitor.find('report-name').inputValue()).toBe(name);
      const stable = name !== 'history-access';
      for (const { definition, figure } of definitions.totals) {
        await visitor.see('report-totals', definition);
        if (stable)
          expect([name, figure, await visitor.read(`total-${figure}`)]).toStrictEqual([
            name,
            figure,
            written(totals[figure]),
          ]);
      }
      const columns = await visitor
        .find('report-rows')
        .locator('xpath=..')
        .locator('thead th')
        .allInnerTexts();
      expect([name, columns]).toStrictEqual([name, definitions.columns.map(({ figure }) => figure)]);
      const count = await visitor.find('report-rows').locator('tr').count();
      if (stable) expect([name, count]).toStrictEqual([name, Math.min(rows.length, 100)]);
      else expect(count).toBeGreaterThanOrEqual(rows.length);
      const drawn = count > 0 ? 'chart' : 'chart-empty';
      expect([name, await visitor.find(drawn).count()]).toStrictEqual([name, 1]);
      await visitor.find('report-definitions').locator('summary').click();
      for (const { definition } of definitions.columns) await visitor.see('report-definitions', definition);
    }
  });

  it('draw what their rows say, by day, week and month', async () => {
    const { rows } = await reportOf('factors');
    const sum = rows.reduce((total, row) => total + Number(row['count']), 0);
    expect(sum).toBeGreaterThan(0);
    const visitor = await enter('#/moomoo/reports?name=factors');
    for (const bucket of ['day', 'week', 'month']) {
      await shown(visitor, 'Factors');
      await visitor.find('report-bucket').selectOption(bucket);
      await ledOn(visitor, () => visitor.click('report-show'));
      expect(visitor.page.url()).toContain(`bucket=${bucket}`);
      await shown(visitor, 'Factors');
      const cells = await visitor.find('chart-table').locator('td.number').allInnerTexts();
      expect([bucket, cells.reduce((total, cell) => total + Number(cell), 0)]).toStrictEqual([bucket, sum]);
      const [category = ''] = await visitor.find('chart-table').locator('tbody th').allInnerTexts();
      expect(category).toMatch(bucket === 'month' ? /^\d{4}-\d{2}$/u : /^\d{4}-\d{2}-\d{2}$/u);
      if (bucket === 'week') expect(new Date(category).getUTCDay()).toBe(1);
    }
    const outcomes = await visitor.find('chart-table').locator('thead th').allInnerTexts();
    await visitor.find('report-by').selectOption('factor');
    await ledOn(visitor, () => visitor.click('report-show'));
    expect(visitor.page.url()).toContain('by=factor');
    await shown(visitor, 'Factors');
    expect(await visitor.find('chart-table').locator('thead th').allInnerTexts()).not.toStrictEqual(outcomes);
    expect(await visitor.find('chart').locator('svg[role=img] rect').count()).toBeGreaterThan(0);
  });

  it('show a level as it was at the end of a bucket, and never add it up', async () => {
    const { rows, totals } = await reportOf('passkey-adoption');
    const last = rows.findLast(({ by, value }) => by === 'accounts' && value === 'enrolled');
    const visitor = await enter('#/moomoo/reports?name=passkey-adoption&bucket=month');
    await shown(visitor, 'Passkey adoption');
    const cells = await visitor.find('chart-table').locator('tbody tr').last().locator('td').allInnerTexts();
    expect(cells).toStrictEqual([written(last?.['active']), written(totals['accountsWithPasskey'])]);
  });

  it('are about the days asked for, which stand in the address', async () => {
    const visitor = await enter('#/moomoo/reports?name=step-ups');
    await shown(visitor, 'Step-ups');
    await visitor.fill('report-from', '2026-01-01');
    await visitor.fill('report-to', '2026-01-31');
    await visitor.click('report-show');
    await visitor.see('report-span', '2026-01-01 to 2026-01-31, America/New_York.');
    expect(new URL(visitor.page.url()).hash).toBe(
      '#/moomoo/reports?name=step-ups&from=2026-01-01&to=2026-01-31&bucket=day&by=outcome',
    );
    await visitor.fill('report-from', '2026-02-01');
    await visitor.click('report-show');
    await visitor.see('report-notice', 'must not be after to');
    expect(await visitor.watch.takeRefusals()).toStrictEqual(['400 request-invalid']);
  });

  it('show the passkeys of a moment of the past', async () => {
    const visitor = await enter('#/moomoo/reports?name=passkey-inventory');
    await shown(visitor, 'Passkey inventory');
    expect(await visitor.read('total-passkeys')).toBe('1');
    await visitor.fill('report-as-of', '2020-06-30T23:59:59');
    await ledOn(visitor, () => visitor.click('report-show'));
    expect(visitor.page.url()).toContain('asOf=2020-06-30T23%3A59%3A59.000Z');
    await shown(visitor, 'Passkey inventory');
    expect(await visitor.read('total-passkeys')).toBe('0');
    await visitor.see('chart-empty');
  });

  it.each(['passkey-adoption', 'passkey-inventory'])('are files too: %s', async (name) => {
    const visitor = await enter(`#/moomoo/reports?name=${name}`);
    await visitor.page.locator('[data-testid=report][aria-busy=false]').waitFor();
    const saved = async (button: string): Promise<string> => {
      const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.click(button)]);
      expect(download.suggestedFilename()).toBe(`moomoo-${name}.${button === 'report-csv' ? 'csv' : 'json'}`);
      return readFileSync(await download.path(), 'utf8');
    };
    const { definitions, rows } = await reportOf(name);
    expect(JSON.parse(await saved('report-json'))).toMatchObject({ report: name, rows, definitions });
    const csv = await stories.service.call(
      'GET',
      `/v1/moomoo/compliance/reports/${name}?after=${position}&format=csv`,
    );
    expect(await saved('report-csv')).toBe(csv.text);
  });

  it('are in Chinese for who reads Chinese', async () => {
    const visitor = await enter('#/moomoo/reports?name=lock-outs', 'zh-CN');
    await shown(visitor, '锁定');
    expect(await textsOf(visitor, 'nav-reports')).toStrictEqual(['报告']);
    await visitor.see('report-totals', '账户');
  });
});
