import type { Storage } from '../../api/contract.js';
import { text } from '../../texts/texts.js';
import { h, uniqueId } from '../../ui/dom.js';
import { icon } from '../../ui/icons.js';

const PLACES: readonly Storage[] = ['this-device', 'another-device', 'security-key'];

export interface StorageChoice {
  readonly element: HTMLElement;
  chosen(): Storage;
  choose(place: Storage): void;
}

/** Where the new passkey is to live. */
export function storageChoice(): StorageChoice {
  const name = uniqueId('storage');
  const inputs = PLACES.map((place, index) =>
    h('input', {
      type: 'radio',
      name,
      value: place,
      checked: index === 0,
      'data-testid': `storage-${place}`,
    }),
  );
  const options = PLACES.map((place, index) => {
    const input = inputs[index];
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
  return {
    element,
    chosen: () => PLACES[inputs.findIndex(({ checked }) => checked)] ?? 'this-device',
    choose: (place) => {
      const input = inputs[PLACES.indexOf(place)];
      if (input !== undefined) input.checked = true;
    },
  };
}
