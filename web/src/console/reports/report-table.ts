import { onPress } from '../../ui/actions.js';
import { button } from '../../ui/controls.js';
import { h } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import { formatDateAndTime } from '../../ui/times.js';
import { scrollingTable } from '../controls.js';
import type { Cell, Cells, Figure } from '../contract.js';
import { formatNumber, say } from '../texts/say.js';

/** So many rows are put into the page at a time: more than anybody reads, and few enough to stay quick. */
const AT_A_TIME = 100;

/** @param more reads on where not all rows were read yet; undefined at the end */
export function reportTable(
  title: string,
  columns: readonly Figure[],
  rows: Cells[],
  more: () => Promise<readonly Cells[] | undefined>,
): HTMLElement {
  const body = h('tbody', { 'data-testid': 'report-rows' });
  const count = h('p', { class: 'count', role: 'status', 'data-testid': 'report-count' });
  const notice = createNotice('report-rows-notice');
  const next = button(say('report.more-rows'), 'secondary', { 'data-testid': 'report-more' });
  let ended = false;
  const show = (): void => {
    const from = body.childElementCount;
    body.append(...rows.slice(from, from + AT_A_TIME).map((row) => rowOf(columns, row)));
    const shown = body.childElementCount;
    next.hidden = ended && shown === rows.length;
    count.textContent = say(next.hidden ? 'report.rows.all' : 'report.rows.some', { count: shown });
  };
  const readOn = async (): Promise<void> => {
    if (!ended && body.childElementCount === rows.length) {
      const read = await more();
      ended = read === undefined;
      rows.push(...(read ?? []));
    }
    show();
  };
  onPress(next, notice, readOn);
  show();
  // Whether there are more is known once they were asked for: an empty first answer must not offer them.
  if (rows.length < AT_A_TIME) void readOn();
  return h(
    'div',
    { class: 'stack' },
    count,
    scrollingTable(
      title,
      h(
        'table',
        {},
        h('caption', { class: 'visually-hidden' }, title),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...columns.map(({ figure }) =>
              h('th', { scope: 'col', class: classOf(rows[0]?.[figure]) }, figure),
            ),
          ),
        ),
        body,
      ),
    ),
    notice.element,
    h('div', { class: 'button-row start' }, next),
  );
}

function rowOf(columns: readonly Figure[], row: Cells): HTMLElement {
  return h(
    'tr',
    {},
    ...columns.map(({ figure }) => {
      const value = row[figure] ?? null;
      return h('td', { class: classOf(value) }, cellText(figure, value));
    }),
  );
}

function classOf(cell: Cell | undefined): string | undefined {
  return typeof cell === 'number' ? 'number' : undefined;
}

export function cellText(figure: string, cell: Cell): string {
  if (cell === null || cell === '') return '–';
  if (typeof cell === 'number') return formatNumber(cell);
  if (typeof cell === 'boolean') return say(cell ? 'cell.yes' : 'cell.no');
  return figure.endsWith('At') ? formatDateAndTime(new Date(cell)) : cell;
}
