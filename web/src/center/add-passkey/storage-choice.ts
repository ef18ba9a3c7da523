import type { Storage } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { h, uniqueId } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';

const PLACES: readonly Storage[] = ['this-device', 'another-device', 'security-key'];

/** Where the new passkey is to live. */
export function storageChoice(): { element: HTMLElement; chosen(): Storage } {
  const name = uniqueId('storage');
  let chosen: Storage = 'this-device';
  const options = PLACES.map((place) => {
    const input = h('input', {
      type: 'radio',
      name,
      value: place,
      checked: place === chosen,
      'data-testid': `storage-${place}`,
    });
    input.addEventListener('change', () => {
      chosen = place;
    });
    return h(
      'label',
      { class: 'choice' },
      input,
      icon(place),
      h(
        'span',
        {},
        h('strong', {}, text(`storage.${place}`)),
        h('span', { class: 'hint' }, text(`storage.${place}.text`)),
      ),
    );
  });
  const element = h('fieldset', { class: 'choices' }, h('legend', {}, text('storage.title')), ...options);
  return { element, chosen: () => chosen };
}
