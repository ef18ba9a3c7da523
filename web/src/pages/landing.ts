import '../styles/base.css';
import '../styles/controls.css';
import '../styles/landing.css';
import { detectDevice } from '../device.js';
import { PRODUCTS } from '../products.js';
import type { Product } from '../products.js';
import { text } from '../texts.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { icon } from '../ui/icons.js';
import { becomeDemoUser } from '../views/become-demo-user.js';
import { outboxPanel } from '../views/outbox-panel.js';
import { productChooser } from '../views/product-chooser.js';
import { SignInBox } from '../views/sign-in.js';

const STEPS = [1, 2, 3] as const;

const LINKS = [
  ['/docs', 'docs'],
  ['/dev/outbox', 'outbox'],
  ['/.well-known/jwks.json', 'keys'],
  ['/health/ready', 'health'],
] as const;

async function showLanding(): Promise<void> {
  document.title = text('landing.document-title');
  const device = await detectDevice();
  const boxes = h('div', { class: 'two-columns' });
  let signIn: SignInBox | undefined;

  const choose = (product: Product): void => {
    signIn?.stop();
    const box = new SignInBox(product, device);
    signIn = box;
    replaceContent(
      boxes,
      becomeDemoUser(product, (accountId) => {
        box.accountId = accountId;
      }),
      box.element,
    );
    box.start();
  };

  const first = PRODUCTS.find(({ rp }) => `#${rp}` === location.hash) ?? PRODUCTS[0];
  replaceContent(
    pageRoot(),
    topBar(text('app.name'), h('a', { href: '/docs' }, text('landing.link.docs'))),
    h('main', { class: 'page' }, hero(), productChooser(first, choose), boxes, outboxPanel(), moreLinks()),
  );
  choose(first);
}

function hero(): HTMLElement {
  return h(
    'div',
    { class: 'hero' },
    h('p', { class: 'badge' }, text('landing.development')),
    h('h1', {}, text('landing.title')),
    h('p', { class: 'lead' }, text('landing.text')),
    h(
      'ol',
      { class: 'how' },
      ...STEPS.map((step) =>
        h(
          'li',
          {},
          h('strong', {}, text(`landing.how.${step}.title`)),
          h('span', { class: 'muted' }, text(`landing.how.${step}.text`)),
        ),
      ),
    ),
  );
}

function moreLinks(): HTMLElement {
  return h(
    'nav',
    { class: 'more', 'aria-labelledby': 'more-title' },
    h('h2', { id: 'more-title' }, text('landing.more')),
    h(
      'ul',
      {},
      ...LINKS.map(([href, key]) =>
        h(
          'li',
          {},
          h(
            'a',
            { href },
            icon('link'),
            h(
              'span',
              {},
              h('strong', {}, text(`landing.link.${key}`)),
              h('span', { class: 'hint' }, text(`landing.link.${key}.text`)),
            ),
          ),
        ),
      ),
    ),
  );
}

void showLanding();
