import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import type { ConsoleContext, ConsoleView } from './console-context.js';
import { say } from './texts/say.js';

/** In the place of a view that the key may not open: which scope it lacks, and which it has. */
export function missingScope({ session }: ConsoleContext, title: string, scope: string): ConsoleView {
  return closed(
    title,
    'missing-scope',
    say('scope.missing', { scope }),
    say('scope.has', { scopes: session.scopes.join(', ') }),
  );
}

/** In the place of a view that a link names of a product that the key is not for. */
export function otherProduct(title: string, rp: string): ConsoleView {
  return closed(title, 'other-product', say('product.other', { rp }), say('product.other.next'));
}

function closed(title: string, testId: string, what: string, more: string): ConsoleView {
  return {
    element: h(
      'section',
      { class: 'card' },
      h('h1', {}, title),
      h(
        'div',
        { class: 'empty', 'data-testid': testId },
        icon('shield'),
        h('p', {}, h('strong', {}, what)),
        h('p', { class: 'muted' }, more),
      ),
    ),
  };
}
