import { h, replaceContent } from '../../ui/dom.js';
import { createNotice } from '../../ui/notice.js';
import type { ConsoleContext, ConsoleView } from '../console-context.js';
import { linkIn } from '../console-context.js';
import type { EventPage } from '../contract.js';
import type { Parameters } from '../route.js';
import { say } from '../texts/say.js';
import { eventItem } from './event-item.js';
import { filterForm } from './filter-form.js';

const ON_A_PAGE = 50;
/** The service looks at two thousand events for a page at most: so many pages that found nothing are passed over. */
const MOST_EMPTY_PAGES = 20;

/** The history of a product by what is looked for, a page at a time; each page has an address of its own. */
export function searchView(context: ConsoleContext, parameters: Parameters): ConsoleView {
  const notice = createNotice('search-notice');
  // Read out: how many there are, and not each of them.
  const status = h('p', { class: 'count', role: 'status' }, say('search.looking'));
  const found = h('div', { class: 'stack', 'data-testid': 'search-results', 'aria-busy': 'true' });
  const element = h(
    'section',
    { class: 'card' },
    h('h1', {}, say('nav.search')),
    h('p', { class: 'muted' }, say('search.intro')),
    filterForm(context, parameters),
    notice.element,
    status,
    found,
  );
  search(context, parameters)
    .then(
      (page) => {
        status.textContent = countText(page);
        status.dataset['testid'] = page.events.length > 0 ? 'search-count' : 'search-empty';
        replaceContent(found, ...shown(context, parameters, page));
      },
      (error: unknown) => {
        status.textContent = '';
        notice.show(error);
      },
    )
    .finally(() => (found.ariaBusy = 'false'));
  return { element };
}

async function search({ api, product }: ConsoleContext, parameters: Parameters): Promise<EventPage> {
  let query: Parameters = { ...parameters, limit: String(ON_A_PAGE) };
  for (let looked = 1; ; looked += 1) {
    const page = await api.read<EventPage>(product.rp, 'audit/events', query);
    if (page.events.length > 0 || page.next === undefined || looked === MOST_EMPTY_PAGES) return page;
    query = { ...query, cursor: page.next };
  }
}

function shown(
  context: ConsoleContext,
  parameters: Parameters,
  { events, next }: EventPage,
): readonly HTMLElement[] {
  const { cursor, ...filters } = parameters;
  const list = h('ol', { class: 'events' }, ...events.map((event) => eventItem(context, event)));
  const pages = h(
    'nav',
    { class: 'button-row start', 'aria-label': say('search.pages') },
    cursor !== undefined &&
      h(
        'a',
        { class: 'button secondary', href: linkIn(context, 'search', filters), 'data-testid': 'page-first' },
        say('search.first'),
      ),
    next !== undefined &&
      h(
        'a',
        {
          class: 'button secondary',
          href: linkIn(context, 'search', { ...filters, cursor: next }),
          'data-testid': 'page-next',
        },
        say(events.length > 0 ? 'search.next' : 'search.look-on'),
      ),
  );
  return [...(events.length > 0 ? [list] : []), pages];
}

function countText({ events, next }: EventPage): string {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) {
    return say(next === undefined ? 'search.none' : 'search.none-yet');
  }
  return say('search.count', {
    count: events.length,
    first: `#${first.leafIndex}`,
    last: `#${last.leafIndex}`,
  });
}
