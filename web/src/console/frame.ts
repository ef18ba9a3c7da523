import { text } from '../texts/texts.js';
import { onPress } from '../ui/actions.js';
import { button } from '../ui/controls.js';
import { h, replaceContent } from '../ui/dom.js';
import { topBar } from '../ui/frame.js';
import { createNotice } from '../ui/notice.js';
import { formatTime } from '../ui/times.js';
import type { ConsoleContext } from './console-context.js';
import { linkIn } from './console-context.js';
import { linkTo, VIEWS } from './route.js';
import type { View } from './route.js';
import { say } from './texts/say.js';

export interface Frame {
  /** Marks where one is. */
  mark(view: View): void;
  /** Where the views stand. */
  readonly place: HTMLElement;
}

/** Top bar, products and views: what stays while views come and go. */
export function showFrame(page: HTMLElement, context: ConsoleContext, signedOut: () => void): Frame {
  const { api, product, session } = context;
  const notice = createNotice('console-notice');
  const signOut = button(say('console.sign-out'), 'quiet', { 'data-testid': 'console-sign-out' });
  onPress(signOut, notice, async () => {
    await api.close();
    signedOut();
  });
  const links = VIEWS.map((view) =>
    h('a', { href: linkIn(context, view), 'data-testid': `nav-${view}` }, say(`nav.${view}`)),
  );
  const place = h('div', { class: 'stack view-place' });
  replaceContent(
    page,
    topBar(text('app.name'), signOut),
    h(
      'main',
      { class: 'page console' },
      h(
        'div',
        { class: 'console-head' },
        h(
          'p',
          { class: 'eyebrow', 'data-testid': 'console-who' },
          say('console.who', { keyId: session.keyId, label: session.label }),
          ' · ',
          say('console.until', { time: formatTime(new Date(session.expiresAt)) }),
        ),
        productChoice(context),
      ),
      h(
        'nav',
        { class: 'tabs', 'aria-label': say('console.title') },
        h('ul', {}, ...links.map((link) => h('li', {}, link))),
      ),
      notice.element,
      place,
    ),
  );
  return {
    place,
    mark: (view) => {
      document.title = say('console.view-title', { view: say(`nav.${view}`), product: product.name });
      VIEWS.forEach((each, index) => {
        const link = links[index];
        if (link !== undefined) link.ariaCurrent = each === view ? 'page' : null;
      });
    },
  };
}

function productChoice({ product, session }: ConsoleContext): HTMLElement {
  if (session.products.length < 2) return h('p', { class: 'console-product' }, product.name);
  const select = h(
    'select',
    { 'aria-label': say('console.product'), 'data-testid': 'console-product' },
    ...session.products.map(({ name, rp }) => h('option', { value: rp, selected: rp === product.rp }, name)),
  );
  select.addEventListener('change', () => {
    location.hash = linkTo({ rp: select.value, view: 'search', parameters: {} });
  });
  return select;
}
