import { PRODUCTS } from './products.js';
import type { Product } from './products.js';
import { text } from '../texts/texts.js';
import { h } from '../ui/dom.js';

export function productChooser(chosen: Product, choose: (product: Product) => void): HTMLElement {
  const cards = PRODUCTS.map((product) => {
    const input = h('input', {
      type: 'radio',
      name: 'product',
      value: product.rp,
      checked: product === chosen,
      class: 'visually-hidden',
      'data-testid': `product-${product.rp}`,
    });
    input.addEventListener('change', () => choose(product));
    return h(
      'label',
      { class: 'product' },
      input,
      h('span', { class: 'monogram', 'aria-hidden': 'true' }, product.rpName.charAt(0)),
      h(
        'span',
        {},
        h('strong', {}, product.rpName),
        h('span', { class: 'hint' }, text(`product.${product.rp}.text`)),
      ),
    );
  });
  return h('fieldset', { class: 'products' }, h('legend', {}, text('landing.choose')), ...cards);
}
