import '../styles/base.css';
import '../styles/controls.css';
import '../styles/demo.css';
import { thisDevice } from '../platform/this-device.js';
import { PRODUCTS } from '../demo/products.js';
import type { Product } from '../demo/products.js';
import { text } from '../texts/texts.js';
import { h, replaceContent } from '../ui/dom.js';
import { pageRoot, topBar } from '../ui/frame.js';
import { icon } from '../ui/icons.js';
import { outboxPanel } from '../outbox/outbox-panel.js';
import { authenticatorApp } from '../demo/authenticator-app.js';
import { productChooser } from '../demo/product-chooser.js';
import { ProductPages } from '../demo/product-pages.js';

const STEPS = [1, 2, 3] as const;

const LINKS = [
  ['/docs', 'docs'],
  ['/console', 'console'],
  ['/dev/outbox', 'outbox'],
  ['/.well-known/jwks.json', 'keys'],
  ['/health/ready', 'health'],
] as const;

async function showLanding(): Promise<void> {
  document.title = text('landing.document-title');
  const device = await thisDevice();
  const product = h('div', { class: 'stack' });
  let pages: ProductPages | undefined;
  const choose = (chosen: Product): void => {
    pages?.leave();
    pages = new ProductPages(chosen, device);
    replaceContent(product, pages.element);
    // What leads back here, a reload or a link, finds the same product.
    history.replaceState(null, '', `#${chosen.rp}`);
  };
  const first = PRODUCTS.find(({ rp }) => `#${rp}` === location.hash) ?? PRODUCTS[0];
  replaceContent(
    pageRoot(),
    topBar(text('app.name')),
    h(
      'main',
      { class: 'page' },
      hero(),
      productChooser(first, choose),
      product,
      authenticatorApp(),
      outboxPanel(),
      moreLinks(),
    ),
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
