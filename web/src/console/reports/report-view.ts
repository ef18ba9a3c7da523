import { onPress } from '../../ui/actions.js';
import { button, waiting } from '../../ui/controls.js';
import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { formatDateAndTime } from '../../ui/times.js';
import { addressOf } from '../console-api.js';
import type { ConsoleContext, ConsoleView } from '../console-context.js';
import type { Cells, Figure, ReportAnswer, ReportDescription } from '../contract.js';
import type { Parameters } from '../route.js';
import { saveFile } from '../saving.js';
import { isConsoleTextKey, say } from '../texts/say.js';
import { chart } from './chart.js';
import { DRAWINGS } from './drawings.js';
import type { Bucket } from './plot.js';
import { BUCKETS, plotOf } from './plot.js';
import { reportForm } from './report-form.js';
import { pathOf, reportQuery } from './report-query.js';
import { cellText, reportTable } from './report-table.js';

/** A compliance report: totals, chart, rows, and what every figure means. */
export function reportView(context: ConsoleContext, parameters: Parameters): ConsoleView {
  const notice = createNotice('report-notice');
  const place = h('div', { class: 'stack', 'data-testid': 'report', 'aria-busy': 'true' });
  const form = h('div');
  replaceContent(place, waiting(say('report.making')));
  show(context, parameters, form, place)
    .catch((error: unknown) => {
      replaceContent(place);
      notice.show(error);
    })
    .finally(() => (place.ariaBusy = 'false'));
  return {
    element: h(
      'section',
      { class: 'card' },
      h('h1', {}, say('nav.reports')),
      h('p', { class: 'muted' }, say('report.intro', { zone: context.product.timeZone })),
      form,
      notice.element,
      place,
    ),
  };
}

async function show(
  context: ConsoleContext,
  parameters: Parameters,
  form: HTMLElement,
  place: HTMLElement,
): Promise<void> {
  const { api, product } = context;
  const { reports } = await api.read<{ reports: readonly ReportDescription[] }>(
    product.rp,
    'compliance/reports',
  );
  const chosen = reports.find(({ report }) => report === parameters['name']) ?? reports[0];
  if (chosen === undefined) return;
  replaceContent(form, reportForm(context, reports, chosen, parameters));
  const read = (cursor?: string): Promise<ReportAnswer> =>
    api.read<ReportAnswer>(product.rp, pathOf(chosen.report), { ...reportQuery(chosen, parameters), cursor });
  const answer = await read();
  let { next } = answer;
  const rows = [...answer.rows];
  const more = async (): Promise<readonly Cells[] | undefined> => {
    if (next === undefined) return undefined;
    const page = await read(next);
    ({ next } = page);
    return page.rows;
  };
  replaceContent(
    place,
    h('h2', { 'data-testid': 'report-title' }, answer.title),
    h('p', {}, answer.about),
    h('p', { class: 'muted', 'data-testid': 'report-span' }, spanText(answer)),
    totals(answer),
    drawn(answer, rows, parameters),
    next !== undefined &&
      h('p', { class: 'hint', 'data-testid': 'chart-partial' }, say('chart.partial', { count: rows.length })),
    h('h3', {}, say('report.rows')),
    reportTable(answer.title, answer.definitions.columns, rows, more),
    downloads(context, chosen, parameters, read),
    definitions(answer),
  );
}

function spanText({ asOf, from, generatedAt, timeZone, to }: ReportAnswer): string {
  const generated = say('report.generated', { time: formatDateAndTime(new Date(generatedAt)) });
  if (from !== undefined && to !== undefined)
    return `${say('report.days-from-to', { from, to, zone: timeZone })} ${generated}`;
  return asOf === undefined
    ? generated
    : `${say('report.at', { time: formatDateAndTime(new Date(asOf)) })} ${generated}`;
}

function totals({ definitions: { totals: figures }, totals: values }: ReportAnswer): HTMLElement {
  return h(
    'dl',
    { class: 'totals', 'data-testid': 'report-totals' },
    ...figures.map(({ definition, figure }) =>
      h(
        'div',
        {},
        h('dt', {}, figure),
        h(
          'dd',
          { class: 'total', 'data-testid': `total-${figure}` },
          cellText(figure, values[figure] ?? null),
        ),
        h('dd', { class: 'hint' }, definition),
      ),
    ),
  );
}

function drawn(
  { report, title }: ReportAnswer,
  rows: readonly Cells[],
  parameters: Parameters,
): HTMLElement | false {
  const drawing = DRAWINGS[report];
  if (drawing === undefined) return false;
  const by = drawing.by.find((column) => column === parameters['by']) ?? drawing.by[0] ?? '';
  const bucket: Bucket = BUCKETS.find((each) => each === parameters['bucket']) ?? 'day';
  const what = `chart.${report}`;
  return chart(
    title,
    isConsoleTextKey(what) ? say(what) : title,
    plotOf(drawing, rows, by, bucket, say('chart.others')),
  );
}

function downloads(
  { api, product }: ConsoleContext,
  { report, ...described }: ReportDescription,
  parameters: Parameters,
  read: (cursor?: string) => Promise<ReportAnswer>,
): HTMLElement {
  const notice = createNotice('download-notice');
  const query = reportQuery({ report, ...described }, parameters);
  const name = `${product.rp}-${report}`;
  const json = button(say('report.json'), 'secondary', { 'data-testid': 'report-json' });
  onPress(json, notice, async () => {
    const { next: _first, ...head } = await read();
    const rows = [...head.rows];
    for (let next = _first; next !== undefined;) {
      const page = await read(next);
      rows.push(...page.rows);
      ({ next } = page);
    }
    saveFile(
      `${name}.json`,
      new Blob([JSON.stringify({ ...head, rows }, null, 2)], { type: 'application/json' }),
    );
  });
  const csv = button(say('report.csv'), 'secondary', { 'data-testid': 'report-csv' });
  onPress(csv, notice, async () => {
    const unending = new AbortController().signal;
    const answer = await api.stream(product.rp, pathOf(report), { ...query, format: 'csv' }, unending);
    saveFile(`${name}.csv`, await answer.blob());
  });
  return h(
    'div',
    { class: 'stack' },
    h('div', { class: 'button-row start' }, json, csv),
    notice.element,
    h(
      'p',
      { class: 'hint' },
      say('report.call'),
      ' ',
      h('code', {}, `GET ${addressOf(product.rp, pathOf(report), query)}`),
    ),
  );
}

function definitions({ definitions: { columns } }: ReportAnswer): HTMLElement {
  const entry = ({ definition, figure }: Figure): HTMLElement =>
    h('div', {}, h('dt', {}, h('code', {}, figure)), h('dd', {}, definition));
  return h(
    'details',
    { 'data-testid': 'report-definitions' },
    h('summary', {}, say('report.definitions')),
    h('dl', { class: 'details definitions' }, ...columns.map(entry)),
  );
}
