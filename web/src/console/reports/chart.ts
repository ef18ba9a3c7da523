import { language } from '../../texts/texts.js';
import { h, uniqueId } from '../../ui/dom.js';
import { scrollingTable } from '../controls.js';
import { formatNumber, say } from '../texts/say.js';
import type { Plot } from './plot.js';

const SVG = 'http://www.w3.org/2000/svg';
const SIZE = { width: 640, height: 280, left: 48, right: 12, top: 12, bottom: 34 };
const INNER = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom };
const MOST_LABELS = 8;

/** A picture for who sees it, and the same numbers as a table for everybody. */
export function chart(title: string, what: string, plot: Plot): HTMLElement {
  if (plot.categories.length === 0 || plot.series.length === 0) {
    return h('p', { class: 'muted', 'data-testid': 'chart-empty' }, say('chart.empty'));
  }
  return h(
    'figure',
    { class: 'chart', 'data-testid': 'chart' },
    h('figcaption', {}, what),
    legend(plot),
    h('div', { class: 'chart-pair' }, drawing(title, plot), dataTable(title, plot)),
  );
}

function legend({ kind, series }: Plot): HTMLElement {
  return h(
    'ul',
    { class: 'legend' },
    ...series.map(({ name }, index) => {
      const mark = svg('svg', { viewBox: '0 0 24 12', class: 'legend-mark', 'aria-hidden': 'true' });
      mark.append(
        kind === 'lines'
          ? svg('path', { d: 'M0 6H24', class: `line series-${index}` })
          : svg('rect', { width: 24, height: 12, class: `bar series-${index}` }),
      );
      return h('li', {}, mark, name);
    }),
  );
}

function drawing(title: string, plot: Plot): SVGElement {
  const id = uniqueId('chart-title');
  const root = svg('svg', {
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    class: 'chart-drawing',
    role: 'img',
    'aria-labelledby': id,
  });
  const name = svg('title', { id });
  name.textContent = say('chart.title', { title });
  const top = niceTop(highestOf(plot));
  const y = (value: number): number => SIZE.top + INNER.height * (1 - value / top);
  root.append(name, ...grid(top, y), ...labels(plot));
  root.append(...(plot.kind === 'lines' ? lines(plot, y) : bars(plot, y)));
  return root;
}

function highestOf({ categories, kind, series }: Plot): number {
  const heights =
    kind === 'lines'
      ? series.flatMap(({ values }) => values)
      : categories.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));
  return heights.reduce((highest, height) => Math.max(highest, height), 0);
}

/** A round number at or above, that four lines divide well. */
function niceTop(highest: number): number {
  if (highest <= 4) return 4;
  const step = highest / 4;
  const power = 10 ** Math.floor(Math.log10(step));
  const nice = [1, 2, 2.5, 5, 10].find(
    (factor) => factor * power >= step && Number.isInteger(factor * power),
  );
  return 4 * (nice ?? 10) * power;
}

function grid(top: number, y: (value: number) => number): readonly SVGElement[] {
  const compact = new Intl.NumberFormat(language, { notation: 'compact' });
  return [0, 1, 2, 3, 4].flatMap((quarter) => {
    const value = (top * quarter) / 4;
    const text = svg('text', { x: SIZE.left - 8, y: y(value) + 4, class: 'axis end' });
    text.textContent = compact.format(value);
    return [svg('path', { d: `M${SIZE.left} ${y(value)}H${SIZE.width - SIZE.right}`, class: 'rule' }), text];
  });
}

const widthOf = ({ categories }: Plot): number => INNER.width / categories.length;
const middleOf = (plot: Plot, at: number): number => SIZE.left + widthOf(plot) * (at + 0.5);

function labels(plot: Plot): readonly SVGElement[] {
  const every = Math.ceil(plot.categories.length / MOST_LABELS);
  return plot.categories.flatMap((category, at) => {
    if (at % every !== 0) return [];
    const text = svg('text', { x: middleOf(plot, at), y: SIZE.height - 12, class: 'axis middle' });
    text.textContent = /^\d{4}-\d{2}-\d{2}$/u.test(category) ? category.slice(5) : shortened(category);
    return [text];
  });
}

function shortened(category: string): string {
  return category.length > 12 ? `${category.slice(0, 11)}…` : category;
}

function bars(plot: Plot, y: (value: number) => number): readonly SVGElement[] {
  const width = Math.max(1, Math.min(48, widthOf(plot) * 0.72));
  return plot.categories.flatMap((_, at) => {
    let below = 0;
    return plot.series.flatMap(({ values }, index) => {
      const value = values[at] ?? 0;
      if (value === 0) return [];
      const [from, to] = [y(below), y(below + value)];
      below += value;
      const box = { x: middleOf(plot, at) - width / 2, y: to, width, height: Math.max(from - to, 1) };
      return [svg('rect', { ...box, class: `bar series-${index}` })];
    });
  });
}

function lines(plot: Plot, y: (value: number) => number): readonly SVGElement[] {
  return plot.series.flatMap(({ values }, index) => {
    const points = values.map((value, at) => `${middleOf(plot, at).toFixed(1)} ${y(value).toFixed(1)}`);
    const [only, ...more] = points;
    if (only !== undefined && more.length === 0) {
      const [cx, cy] = only.split(' ');
      return [svg('circle', { cx: cx ?? 0, cy: cy ?? 0, r: 4, class: `dot series-${index}` })];
    }
    return [svg('path', { d: `M${points.join('L')}`, class: `line series-${index}` })];
  });
}

function dataTable(title: string, { categories, series }: Plot): HTMLElement {
  return scrollingTable(
    say('chart.table', { title }),
    h(
      'table',
      { 'data-testid': 'chart-table' },
      h('caption', { class: 'visually-hidden' }, title),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', {}),
          ...series.map(({ name }) => h('th', { scope: 'col', class: 'number' }, name)),
        ),
      ),
      h(
        'tbody',
        {},
        ...categories.map((category, at) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, category),
            ...series.map(({ values }) => h('td', { class: 'number' }, formatNumber(values[at] ?? 0))),
          ),
        ),
      ),
    ),
  );
}

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
